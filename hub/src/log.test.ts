import { describe, expect, it } from 'vitest';
import { createLog, withoutPassword } from './log.ts';

describe('createLog', () => {
  it('writes one JSON object a line and masks secrets wherever they stand', () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => lines.push(line) });
    log.info({ password: 'canary-1', agent: { secret: 'canary-2', deep: { token: 'canary-3' } } }, 'hello');
    log.debug('not shown');
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0]!) as Record<string, unknown>;
    expect(line).toMatchObject({ level: 'info', msg: 'hello', password: '[secret]' });
    expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(lines[0]).not.toContain('canary');
  });
});

describe('withoutPassword', () => {
  it('hides the password alone', () => {
    expect(withoutPassword('mqtt://hub:s3cret@broker:1883')).toBe('mqtt://hub:***@broker:1883');
    expect(withoutPassword('mqtt://broker')).toBe('mqtt://broker');
    expect(withoutPassword('s3cret')).not.toContain('s3cret');
  });
});
