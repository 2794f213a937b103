import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProfiles } from './profile.ts';
import { faultText, parseProfile } from './profile-file.ts';

const shipped = (id: string) => fileURLToPath(new URL(`./profiles/${id}.yaml`, import.meta.url));

const HEAD = 'id: x\nmake: m\nmodel: m\nof: meter\nsource: s\n';
const faultsOf = (text: string) => {
  const read = parseProfile('x.yaml', text);
  return 'faults' in read ? read.faults.map(faultText) : [];
};
const registerFaults = (...lines: string[]) =>
  faultsOf(`${HEAD}registers:\n${lines.map((line) => `  - { ${line} }`).join('\n')}\n`);
const GOOD = 'name: f, metric: frequency_hz, address: 0, type: u16';

describe('a profile', () => {
  it('fills in what it leaves out', () => {
    const read = parseProfile('x.yaml', `${HEAD}registers:\n  - { ${GOOD} }\n`);
    expect(read).toMatchObject({
      profile: {
        id: 'x',
        provisional: false,
        maxRegisters: 125,
        maxGap: 16,
        holes: [],
        registers: [{ name: 'f', unit: 'Hz', function: 3, address: 0, words: 1, scale: 1, factor: 1, range: [40, 70] }],
      },
    });
  });

  it('counts printed numbers from their base', () => {
    const lines = [
      'name: a, metric: frequency_hz, number: 40012, type: u16',
      'name: b, number: 30001, base: 30001, type: u16',
    ];
    const read = parseProfile(
      'x.yaml',
      `${HEAD}defaults: { base: 40001 }\nregisters:\n${lines.map((line) => `  - { ${line} }`).join('\n')}`,
    );
    expect(read).toMatchObject({ profile: { registers: [{ address: 11 }, { address: 0 }] } });
  });

  it('tells all its faults at once, with line, path and the near miss', () => {
    const text = [
      'id: X 1',
      'make: m',
      'model: m',
      'of: metre',
      'source: s',
      'max_register: 100',
      'defaults: { word_ordre: low_word_first }',
      'registers:',
      '  - { name: a, metric: frequency_hertz, address: 0, type: u16 }',
      '  - { name: b, metric: frequency_hz, address: 70000, type: uint16 }',
      '  - name: c',
      '    type: u16',
      '    scal: 0.1',
      '  - { name: d, metric: active_power_kw, address: 1, type: i32, unit: bar }',
    ].join('\n');
    expect(faultsOf(text)).toEqual([
      'x.yaml:1: id: expected an id such as schneider-pm5xxx',
      'x.yaml:4: of: "metre" is not known, expected one of meter, cooling; did you mean meter?',
      'x.yaml:6: max_register: unknown key; did you mean max_registers?',
      'x.yaml:7: defaults.word_ordre: unknown key; did you mean word_order?',
      'x.yaml:9: registers[0].metric: "frequency_hertz" is not known; did you mean frequency_hz?',
      'x.yaml:10: registers[1].address: expected a whole number from 0 to 65535',
      expect.stringMatching(/^x\.yaml:10: registers\[1\]\.type: "uint16" is not known, expected one of u16, i16, /),
      'x.yaml:13: registers[2].scal: unknown key; did you mean scale?',
    ]);
  });

  it.each([
    ['no address', 'name: a, metric: frequency_hz, type: u16', 'expected either address (as sent, from 0) or number'],
    ['two addresses', `${GOOD}, number: 1`, 'expected either address'],
    ['a number without base', 'name: a, metric: frequency_hz, number: 5, type: u16', 'needs base'],
    ['a number below its base', 'name: a, metric: frequency_hz, number: 5, base: 6, type: u16', 'sent as -1 for 1'],
    [
      'a value over the end',
      'name: a, metric: frequency_hz, address: 65535, type: f32',
      'sent as 65535 for 2 registers',
    ],
    ['no type', 'name: a, metric: frequency_hz, address: 5', 'type is missing, here and in defaults'],
    ['a bit without number', 'name: a, metric: frequency_hz, address: 5, type: bit', 'type bit needs bit: 0 to 15'],
    ['a bit of a number', `${GOOD}, bit: 3`, 'bit is for type bit, this is u16'],
    ['an inverted number', `${GOOD}, invert: true`, 'scale: -1 turns the sign'],
    ['a function that writes', `${GOOD}, function: 6`, '6 is not known, expected one of 3, 4'],
    ['a scale of 0', `${GOOD}, scale: 0`, 'is 0: every value would read 0'],
    ['a metric of another device', 'name: a, metric: flow_m3h, address: 0, type: u16', 'flow_m3h is of a cooling'],
    ['a unit that does not fit', `${GOOD}, unit: bar`, 'bar cannot become Hz, expected Hz, mHz'],
    ['a pattern too wide', `${GOOD}, not_available: [0x10000]`, '0x10000 does not fit into u16'],
    ['a pattern YAML would round', `${GOOD}, not_available: [0x8000000000000001]`, 'stands in quotes'],
    ['largest without metric', `name: a, address: 1, type: u16, largest: true`, 'is for registers with a metric'],
    ['a range upside down', `${GOOD}, range: [5, 1]`, 'expected the lower bound first'],
    ['nothing to read', 'name: a, address: 1, type: u16', 'no register has a metric'],
  ])('refuses %s', (_, line, message) => {
    expect(registerFaults(line)).toEqual([expect.stringContaining(message)]);
  });

  it('refuses a name or metric used twice', () => {
    expect(registerFaults(GOOD, 'name: f, address: 1, type: u16')).toEqual([
      'x.yaml:8: registers[1].name: f is used twice, first at registers[0]',
    ]);
    expect(registerFaults(GOOD, 'name: g, metric: frequency_hz, address: 1, type: u16')).toEqual([
      expect.stringContaining('frequency_hz is given by registers[0] already; largest: true on both'),
    ]);
  });

  it('refuses a register in a hole', () => {
    expect(faultsOf(`${HEAD}holes: [[1, 4]]\nregisters:\n  - { ${GOOD.replace('u16', 'f32')} }`)).toEqual([
      'x.yaml:8: registers[0]: f lies in the hole [1, 4]',
    ]);
  });

  it.each([
    ['nothing', ''],
    ['a list', '- 1\n- 2'],
    ['no YAML', 'id: [x\nmake: "'],
    ['a key twice', `${HEAD}id: y`],
    ['registers that are no list', `${HEAD}registers: 5`],
    ['registers that are no objects', `${HEAD}registers: [1, null, x]`],
  ])('says what is wrong when the file holds %s', (_, text) => {
    const faults = faultsOf(text);
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults) expect(fault).toMatch(/^x\.yaml:\d+: /);
  });
});

describe('the shipped profiles', () => {
  const profiles = loadProfiles();

  it('are sound', () => {
    expect(profiles.faults).toEqual([]);
  });

  it('say that the HD5 is ours, and that every address of the meter has its mark', () => {
    expect(profiles.get('antspace-hd5')?.provisional).toBe(true);
    expect(readFileSync(shipped('antspace-hd5'), 'utf8')).toContain('PROVISIONAL');
    const meter = profiles.get('schneider-pm5xxx')!;
    expect(meter.provisional).toBe(false);
    expect(meter.registers.every(({ mark }) => mark !== null)).toBe(true);
  });
});

describe("the site's own profiles", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'profiles-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const own = (name: string, text: string) => writeFileSync(join(folder, name), text);

  it('may be none, or have no folder', () => {
    expect(loadProfiles(folder).ids()).toEqual(loadProfiles(join(folder, 'nowhere')).ids());
  });

  it('replace a shipped one by id, or stand beside it', () => {
    const text = readFileSync(shipped('antspace-hd5'), 'utf8');
    own('our-hd5.yaml', text.replace('address: 0,', 'address: 9,'));
    own('other.yml', text.replace('id: antspace-hd5', 'id: hall-2'));
    own('readme.txt', 'no profile');
    const profiles = loadProfiles(folder);
    expect(profiles.ids()).toEqual([...loadProfiles().ids(), 'hall-2'].sort());
    expect(profiles.get('antspace-hd5')?.registers[0]?.address).toBe(9);
    expect(profiles.get('hall-2')?.registers[0]?.address).toBe(0);
  });

  it('when broken are named with file and line, leave others alone, and never fall back to the shipped map', () => {
    cpSync(shipped('schneider-pm5xxx'), join(folder, 'meter.yaml'));
    const text = readFileSync(shipped('antspace-hd5'), 'utf8');
    const line = text.split('\n').findIndex((each) => each.includes('name: supply_liquid_temp,')) + 1;
    own('hd5.yaml', text.replace('{ address: 0,', '{ adress: 0,'));
    const profiles = loadProfiles(folder);
    expect(profiles.ids()).toEqual(loadProfiles().ids());
    expect(profiles.get('antspace-hd5')).toBeUndefined();
    expect(profiles.get('schneider-pm5xxx')).toBeDefined();
    expect(profiles.faults.map(faultText)).toEqual([
      `${join(folder, 'hd5.yaml')}:${line}: registers[0].adress: unknown key; did you mean address?`,
    ]);
    expect(profiles.explain('antspace-hd5')).toContain(`hd5.yaml:${line}: registers[0].adress`);
    expect(profiles.explain('schneider-pm5xx')).toMatch(/^there is no profile .* Did you mean schneider-pm5xxx\?/);
  });

  it('go by the name of the file when it has no id, and by the first of two with the same', () => {
    own('antspace-hd5.yaml', 'nonsense');
    mkdirSync(join(folder, 'folder.yaml'));
    const text = readFileSync(shipped('schneider-pm5xxx'), 'utf8');
    own('a.yaml', text);
    own('b.yaml', text);
    const profiles = loadProfiles(folder);
    expect(profiles.ids()).toEqual([...loadProfiles().ids(), 'folder'].sort());
    expect(profiles.ids().filter((id) => !profiles.get(id))).toEqual(['antspace-hd5', 'folder', 'schneider-pm5xxx']);
    expect(profiles.explain('schneider-pm5xxx')).toContain('is taken by');
    expect(profiles.explain('folder')).toContain('cannot be read');
  });
});
