import { describe, expect, it } from 'vitest';
import { decodeRegister } from './decode.ts';
import { loadProfiles } from './profile.ts';
import { type ReadingOptions, tailored } from './tailor.ts';

const profiles = loadProfiles();
const registerOf = (id: string, name: string, options: ReadingOptions = {}) =>
  tailored(profiles.get(id)!, options).registers.find((register) => register.name === name)!;
/** What the digits on the wire come to. */
const read = (id: string, name: string, wire: string, options?: ReadingOptions) =>
  decodeRegister(registerOf(id, name, options), Buffer.from(wire, 'hex'), 0);

describe('what differs from one device to the next', () => {
  it('transformers the other way round: signs turn, import and export change places', () => {
    const options = { reversed: true };
    expect(read('abb-m4m', 'Active power total', 'ffefdfeb').value).toBe(-1056.789);
    expect(read('abb-m4m', 'Active power total', 'ffefdfeb', options).value).toBe(1056.789);
    expect(registerOf('siemens-pac', 'Active energy import', options).metric).toBe('energy_export_kwh');
    expect(registerOf('siemens-pac', 'Active energy export', options).metric).toBe('energy_import_kwh');
    expect(registerOf('siemens-pac', 'Total apparent power', options).factor).toBe(0.001);
    expect(registerOf('siemens-pac', 'U L1-N', options).factor).toBe(1);
  });

  it('the unit of pressures, whatever the profile says', () => {
    expect(read('antspace-hd5', 'supply_liquid_pressure', '0123').value).toBe(2.91);
    expect(read('antspace-hd5', 'supply_liquid_pressure', '0b54', { pressureUnit: 'bar' }).value).toBe(2.9);
    expect(read('antspace-hd5', 'supply_liquid_temp', '0159', { pressureUnit: 'bar' }).value).toBe(34.5);
  });

  it('the ends of a scale', () => {
    expect(read('satec-pm130', 'Current L1', '1393').value).toBeCloseTo(5011.5, 1);
    expect(read('satec-pm130', 'Current L1', '1393', { scaling: { I: [0, 6000] } }).value).toBeCloseTo(3006.9, 1);
  });

  it('a scale that the profile does not have is an error that names those it has', () => {
    const tailor = () => tailored(profiles.get('satec-pm130')!, { scaling: { V: [0, 828] } });
    expect(tailor).toThrow('the profile satec-pm130 has no scale V that could be set; it has: U, I, P, PF, S, F, THD');
  });
});

describe('what a maker sends where it has no value', () => {
  it.each([
    ['abb-b24', 'Voltage L1-N', 'ffffffff'],
    ['abb-b24', 'Active power total', '7fffffff'],
    ['abb-b24', 'Power factor total', '7fff'],
    ['abb-b24', 'Active import', 'ffffffffffffffff'],
    ['abb-m4m', 'Reactive power total', '7fffffff'],
    ['schneider-pm5xxx', 'Voltage A-N', '7fc00000'],
    ['schneider-iem3xxx', 'Active energy import', '8000000000000000'],
    ['siemens-pac', 'Active energy import', '7ff8000000000000'],
    ['carlo-gavazzi-em340', 'W sum', 'ffff7fff'],
    ['satec-pm130', 'Voltage L1', '2710'],
    ['satec-pm130', 'kWh import', '27100000'],
    ['qualitrol-111', 'Oil temperature', '8000'],
    ['pt100-converter', 'Sensor 1 (oil)', '8000'],
  ])('%s %s %s is unknown, never a number', (id, name, wire) => {
    expect(read(id, name, wire)).toMatchObject({ value: null, read: null, verdict: 'not_available' });
  });
});
