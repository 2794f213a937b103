import { describe, expect, it } from 'vitest';
import { ReplyGuard } from './reply-guard.ts';

const EXPECTED = { transaction: 0x1234, unit: 1, function: 3, count: 2 };
const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

function check(...chunks: string[]) {
  const guard = new ReplyGuard();
  guard.expect(EXPECTED);
  for (const chunk of chunks) {
    const fault = guard.check(bytes(chunk));
    if (fault) return fault;
  }
  return guard.partial === 0 ? 'whole' : 'partial';
}

describe('a reply', () => {
  it.each([
    ['with what was asked', ['1234 0000 0007 01 03 04 0001 0002'], 'whole'],
    ['that is an exception', ['1234 0000 0003 01 83 02'], 'whole'],
    ['in pieces', ['12', '34 0000 0007 01', '03 04 00', '01 0002'], 'whole'],
    ['that is not at its end', ['1234 0000 0007 01 03 04 0001 00'], 'partial'],
    ['not even a head', ['1234'], 'partial'],
  ])('%s passes', (_, chunks, state) => {
    expect(check(...chunks)).toBe(state);
  });

  it.each([
    ['another protocol', '1234 0001', '1234 0001 0007', 'malformed', 'protocol 1'],
    ['no length', '1234 0000', '1234 0000 0000', 'malformed', 'length of 0'],
    ['an enormous length', '1234 0000', '1234 0000 ffff', 'malformed', 'length of 65535'],
    ['another transaction', '1234 0000', '1233 0000 0007', 'wrong_device', 'request 4659 when 4660'],
    ['another unit', '1234 0000 0007', '1234 0000 0007 02', 'wrong_device', 'unit 2 answered for unit 1'],
    ['another function', '1234 0000 0007 01', '1234 0000 0007 01 04', 'wrong_device', 'function 4 when 3'],
    ["another function's exception", '1234', '1234 0000 0003 01 84 02', 'wrong_device', 'function 132'],
    ['a length of other registers', '1234', '1234 0000 0009 01 03', 'malformed', 'a reply of 9 bytes, expected 7'],
    ['an exception too long', '1234', '1234 0000 0004 01 83', 'malformed', 'an exception of 4 bytes'],
    ['a byte count that lies', '1234 0000 0007 01 03', '1234 0000 0007 01 03 06', 'malformed', 'a byte count of 6'],
    ['more than it says', '', '1234 0000 0003 01 83 02 00', 'malformed', '1 bytes more'],
  ])('with %s is refused as soon as it shows', (_, before, hex, code, message) => {
    if (before) expect(check(before)).toBe('partial');
    expect(check(hex)).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('that nobody asked for, or comes twice, is refused', () => {
    expect(new ReplyGuard().check(bytes('00'))).toMatchObject({ code: 'malformed' });
    expect(check('1234 0000 0003 01 83 02', '1234 0000 0003 01 83 02')).toMatchObject({ code: 'malformed' });
  });
});
