import { generateSync } from 'otplib';
import { describe, expect, it } from 'vitest';
import { newTotp, totpStep } from './totp.ts';

/** The secret of RFC 6238's test vectors, '12345678901234567890', in base32. */
const RFC = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('totpStep', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %i s takes %s, as the RFC has it', (at, code) => {
    expect(totpStep(RFC, code, at * 1000, null)).toBe(Math.floor(at / 30));
  });

  it('takes the code of the step before and of the one after, and no other', () => {
    const at = 1_800_000_010;
    const code = (step: number) => generateSync({ secret: RFC, epoch: at + step * 30 });
    const here = Math.floor(at / 30);
    const taken = [-2, -1, 0, 1, 2].map((step) => totpStep(RFC, code(step), at * 1000, null));
    expect(taken).toEqual([null, here - 1, here, here + 1, null]);
  });

  it('takes no code of a step that was used, or of one before', () => {
    const at = 1_800_000_010;
    const here = Math.floor(at / 30);
    const code = generateSync({ secret: RFC, epoch: at });
    expect(totpStep(RFC, code, at * 1000, here - 1)).toBe(here);
    expect(totpStep(RFC, code, at * 1000, here)).toBeNull();
    expect(totpStep(RFC, code, at * 1000, here + 1)).toBeNull();
  });

  it('takes the code as apps show it, and nothing that is no code', () => {
    const now = 59_000;
    expect(totpStep(RFC, '287 082', now, null)).toBe(1);
    for (const code of ['', '28708', '2870820', 'abcdef', '28708２', '\u0000'.repeat(6), '-28708'])
      expect(totpStep(RFC, code, now, null), code).toBeNull();
  });
});

it('a new secret is of 160 bits, another each time, with the address that apps read', () => {
  const first = newTotp('name+x@example.com');
  expect(first.secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(newTotp('name+x@example.com').secret).not.toBe(first.secret);
  const uri = new URL(first.uri);
  expect([uri.protocol, uri.host]).toEqual(['otpauth:', 'totp']);
  expect(decodeURIComponent(uri.pathname)).toBe('/Hearst Control:name+x@example.com');
  expect(uri.searchParams.get('secret')).toBe(first.secret);
  expect(uri.searchParams.get('issuer')).toBe('Hearst Control');
});
