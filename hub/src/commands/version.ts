import { PROTOCOL_VERSION } from '@hearst/protocol';
import type { Command } from 'commander';
import { hubVersion } from '../version.ts';
import { action, type Ending, type Io } from './command.ts';

/** `version`: of the program, of the protocol it speaks, of what it runs on. */
export function versionCommand(program: Command, io: Io, ending: Ending): void {
  action(program.command('version').description('what this is'), io, ending, async () => {
    const data = { version: hubVersion(), protocol: PROTOCOL_VERSION, node: process.versions.node };
    return { data, text: `hearst-hub ${data.version} (protocol ${data.protocol}, Node ${data.node})` };
  });
}
