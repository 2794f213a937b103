import type { Command } from 'commander';
import { PROJECTS, seedProjects } from '../seed.ts';
import { action, asOwner, type Ending, type Io } from './command.ts';

/** `seed`: the first projects. */
export function seedCommand(program: Command, io: Io, ending: Ending): void {
  const command = program.command('seed').description(`create ${PROJECTS.map((p) => p.projectId).join(' and ')}`);
  action(command, io, ending, async () => {
    const created = await asOwner(io, (_client, _config, change) => seedProjects(change));
    const lines = PROJECTS.map(
      ({ projectId, name }) => `${projectId} ${name}: ${created.includes(projectId) ? 'created' : 'there already'}`,
    );
    return { data: { created, projects: PROJECTS.map(({ projectId }) => projectId) }, text: lines.join('\n') };
  });
}
