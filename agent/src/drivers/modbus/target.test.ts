import { describe, expect, it } from 'vitest';
import { parseModbusTarget } from './target.ts';

describe('a Modbus target', () => {
  it.each([
    ['modbus://10.20.0.5:1502/7?profile=x', '10.20.0.5', 1502, 7],
    ['modbus://meter.local/0?profile=x', 'meter.local', 502, 0],
    ['modbus://[fe80::1]:502/255?profile=x', 'fe80::1', 502, 255],
  ])('%s is taken apart', (text, host, port, unit) => {
    expect(parseModbusTarget(text)).toEqual({ address: { host, port }, unit, profile: 'x' });
  });

  it.each([
    ['10.20.0.5', 'is no address of a Modbus device'],
    ['http://10.20.0.5/1?profile=x', 'is no address'],
    ['modbus:///1?profile=x', 'is no address'],
    ['modbus://10.20.0.5?profile=x', 'needs a unit from 0 to 255'],
    ['modbus://10.20.0.5/256?profile=x', 'needs a unit from 0 to 255'],
    ['modbus://10.20.0.5/one?profile=x', 'needs a unit from 0 to 255'],
    ['modbus://10.20.0.5/1', 'needs ?profile=NAME'],
    ['modbus://10.20.0.5/1?profil=x', 'has the parameter profil'],
  ])('%s says what is wrong', (text, message) => {
    expect(() => parseModbusTarget(text)).toThrow(message);
    expect(() => parseModbusTarget(text)).toThrow('modbus://10.20.0.5:502/1?profile=schneider-pm5xxx');
  });
});
