import { describe, expect, it } from 'vitest';
import { passwordFault } from './password-rules.ts';

const PERSON = { email: 'amelie.durand@example.com', name: 'Amélie Durand', current: 'what it is until now' };

describe('passwordFault', () => {
  it.each([
    ['eleven char', 'too_short'],
    ['🔑'.repeat(11), 'too_short'],
    ['', 'too_short'],
    ['a b c d e f '.repeat(17), 'too_long'],
    ['amelie.durand@example.com', 'personal'],
    ['AMELIE.DURAND', 'personal'],
    ['amélie durand', 'personal'],
    ['Ame\u0301lieDurand', 'personal'],
    ['what it is until now', 'unchanged'],
    ['Password1234', 'common'],
    ['motdepasse123', 'common'],
    ['aaaaaaaaaaaaaaaa', 'common'],
    ['121212121212', 'common'],
  ])('%j is %s, in both languages', (password, code) => {
    const fault = passwordFault(password, PERSON);
    expect(fault?.code).toBe(code);
    expect(fault?.message.en).toMatch(/\w.*\.$/);
    expect(fault?.message.fr).toMatch(/\w.*\.$/);
    expect(fault?.message.fr).not.toBe(fault?.message.en);
  });

  it.each([
    'twelve chars',
    'correct horse 漢字',
    '\u0000\u0001\u0002\t\n"\'\\;-- 漢字',
    'abcd'.repeat(50),
    'amelie.durand@example.com 2',
  ])('%j is fine', (password) => {
    expect(passwordFault(password, PERSON)).toBeNull();
  });

  it('does not take blanks for the name of somebody without one', () => {
    expect(passwordFault(' '.repeat(12), { email: 'a@b', name: '' })?.code).toBe('common');
  });
});
