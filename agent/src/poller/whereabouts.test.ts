import { describe, expect, test } from 'vitest';
import { type Hardware, hardwareOf } from './hardware.ts';
import { type Remembered, Whereabouts } from './whereabouts.ts';

/** Hardware in short: `A` a serial, `A/1` with a MAC, `/1` a MAC alone, `?` says nothing, `-` one miss, `x` silent. */
function hardware(text: string): Hardware | null {
  const [serial = '', mac = ''] = text.split('/');
  const digits = mac === '' ? null : mac.padStart(12, '02');
  return hardwareOf({ serial: serial === '?' || serial === '' ? null : `SERIAL-${serial}`, mac: digits });
}

/** Runs polls, each `slot: what` for one container; answers what was withheld and told in each. */
function run(polls: Record<string, string>[], remembered: Remembered | null = null) {
  const whereabouts = new Whereabouts(['C1-1', 'C1-2', 'C1-3', 'C2-1'], remembered);
  let at = 0;
  const told = polls.map((poll) => {
    const seen = Object.entries(poll).map(([slot, what]) => ({
      slot,
      state: what === '-' ? ('missed' as const) : what === 'x' ? ('silent' as const) : ('answered' as const),
      hardware: what === '-' || what === 'x' ? null : hardware(what),
    }));
    const { withheld, findings } = whereabouts.judge(seen, ++at);
    return [...withheld, ...findings.map(({ what, slot, other }) => `${what} ${slot} ${other}`)].join(', ');
  });
  return { told, kept: whereabouts.changes() };
}

const CASES: [what: string, polls: Record<string, string>[], told: string[]][] = [
  ['every slot its own', [{ 'C1-1': 'A/1', 'C1-2': 'B/2' }, { 'C2-1': 'C/3' }], ['', '']],
  ['nobody says who it is', [{ 'C1-1': '?', 'C1-2': '?' }], ['']],
  [
    'a duplicate in one poll: told once, withheld as long as it lasts',
    [
      { 'C1-1': 'A', 'C1-2': 'A' },
      { 'C1-1': 'A', 'C1-2': 'A' },
      { 'C1-1': 'A', 'C1-2': 'B' },
    ],
    ['C1-2, duplicate C1-2 C1-1', 'C1-2', ''],
  ],
  ['by the MAC alone', [{ 'C1-1': 'A/1', 'C1-2': '/1' }], ['C1-2, duplicate C1-2 C1-1']],
  [
    'in another container: in doubt until the first has answered again',
    [{ 'C1-1': 'A' }, { 'C2-1': 'A' }, { 'C1-1': 'A' }, { 'C2-1': 'A' }],
    ['', 'C2-1', '', 'C2-1, duplicate C2-1 C1-1'],
  ],
  [
    'same serial, other MAC: two machines',
    [
      { 'C1-1': 'A/1', 'C1-2': 'A/2' },
      { 'C1-1': 'A/1', 'C1-2': 'A/2' },
    ],
    ['cloned C1-2 C1-1', ''],
  ],
  ['same MAC, other serial: two machines', [{ 'C1-1': 'A/1', 'C1-2': 'B/1' }], ['cloned C1-2 C1-1']],
  [
    'moved: the old slot silent twice',
    [
      { 'C1-1': 'A', 'C1-2': 'x' },
      { 'C1-1': '-', 'C1-2': 'A' },
      { 'C1-1': 'x', 'C1-2': 'A' },
    ],
    ['', 'C1-2', ''],
  ],
  ['moved: the old slot holds another', [{ 'C1-1': 'A' }, { 'C1-1': 'B', 'C1-2': 'A' }], ['', '']],
  [
    'exchanged',
    [
      { 'C1-1': 'A', 'C1-2': 'B' },
      { 'C1-1': 'B', 'C1-2': 'A' },
    ],
    ['', ''],
  ],
  [
    'exchanged between containers: in doubt until the other was read',
    [{ 'C1-1': 'A' }, { 'C2-1': 'B' }, { 'C1-1': 'B' }, { 'C2-1': 'A' }, { 'C1-1': 'B' }],
    ['', '', 'C1-1', '', ''],
  ],
  [
    'three in a ring',
    [
      { 'C1-1': 'A', 'C1-2': 'B', 'C1-3': 'C' },
      { 'C1-1': 'C', 'C1-2': 'A', 'C1-3': 'B' },
    ],
    ['', ''],
  ],
  [
    'one that comes back after a moment is at home still',
    [{ 'C1-1': 'A' }, { 'C1-1': '-' }, { 'C1-1': 'A' }],
    ['', '', ''],
  ],
  [
    'a duplicate that lasted is told anew when it comes back',
    [
      { 'C1-1': 'A', 'C1-2': 'B' },
      { 'C1-1': 'A', 'C1-2': 'A' },
      { 'C1-1': 'A', 'C1-2': 'B' },
      { 'C1-1': 'A', 'C1-2': 'A' },
    ],
    ['', 'C1-2, duplicate C1-2 C1-1', '', 'C1-2, duplicate C1-2 C1-1'],
  ],
];

test.each(CASES)('%s', (_what, polls, told) => {
  expect(run(polls).told).toEqual(told);
});

describe('after a restart', () => {
  const { kept } = run([{ 'C2-1': 'A' }]);

  test('the slot where it was known first keeps it, whichever is read first; the other is in doubt until then', () => {
    expect(kept?.homes).toEqual([{ slot: 'C2-1', serial: 'SERIAL-A', mac: null }]);
    const polls = [{ 'C1-1': 'A' }, { 'C2-1': 'A' }, { 'C1-1': 'A' }];
    expect(run(polls, kept).told).toEqual(['C1-1', '', 'C1-1, duplicate C1-1 C2-1']);
    const { kept: told } = run(polls, kept);
    expect(run(polls, told).told).toEqual(['C1-1', '', 'C1-1']);
  });

  test('one that was moved meanwhile is credited where it is', () => {
    expect(run([{ 'C1-1': 'A' }, { 'C2-1': 'x' }, { 'C1-1': 'A' }], kept).told).toEqual(['C1-1', '', '']);
  });

  test('a slot that left the site file keeps nothing back', () => {
    const gone = { homes: [{ slot: 'C9-1', serial: 'SERIAL-A', mac: null }], told: [] };
    expect(run([{ 'C1-1': 'A' }], gone).told).toEqual(['']);
  });
});

test.each([
  ['0000000000', null],
  ['FFFF', null],
  ['unknown', null],
  ['N/A', null],
  [' smttatubdja0001 ', 'SMTTATUBDJA0001'],
  ['1', null],
])('serial %j is %j: what nobody wrote makes no two miners one', (serial, is) => {
  expect(hardwareOf({ serial, mac: '00:00:00:00:00:00' })?.serial ?? null).toBe(is);
});
