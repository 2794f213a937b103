import { type Declare, EXIT, type Outcome, type Surroundings } from './command.ts';

export const declareLogs: Declare = (program, perform) =>
  program
    .command('logs')
    .description("where the agent's log is")
    .action((_options, command) => perform(command, logs));

/** `logs`: the agent writes its log to standard error and to no file; the service's is in the journal. */
export function logs({ environment }: Surroundings): Outcome {
  const follow = 'journalctl -u hearst-agent -o cat -f';
  const lines = [
    'The agent writes no log file: its log goes to standard error, one JSON object a line.',
    `As a service, follow it:        ${follow}`,
    'Since this morning:             journalctl -u hearst-agent -o cat --since today',
    'Warnings and worse (pino 40+):  journalctl -u hearst-agent -o cat | grep -E \'"level":[456]0\'',
    ...(environment.JOURNAL_STREAM ? ['This very process writes to the journal.'] : []),
  ];
  return { code: EXIT.ok, data: { destination: 'stderr', follow }, problems: [], text: lines.join('\n') };
}
