import { expect, test } from 'vitest';
import { commandIn } from './doctor.ts';

test.each([
  ['hearst-agent doctor --check net.QATAR-C12', 'hearst-agent doctor --check net.QATAR-C12'],
  ['Set the clock: `timedatectl set-ntp true`, then look again.', 'timedatectl set-ntp true'],
  ['Restart it: systemctl restart hearst-agent', 'systemctl restart hearst-agent'],
  ['Voir : hearst-agent outbox status', 'hearst-agent outbox status'],
  ['Look at the switch of the container.', null],
  ['', null],
])('the command in %j is %j', (next, command) => {
  expect(commandIn(next)).toBe(command);
});
