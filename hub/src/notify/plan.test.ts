import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND, START, Story } from './testing.ts';

const WARNING = { severity: 'warning', rule_id: 'supply_hot' } as const;
/** Friday and Saturday are free in Qatar. It is noon. */
const HOURS = { from: '08:00', to: '18:00', days: [1, 2, 3, 4, 7], time_zone: 'Asia/Qatar' };

describe('a first message', () => {
  it('waits 10 s for a critical alert and 30 s for another', () => {
    const story = new Story();
    story.opens(1);
    story.pass(5 * MINUTE);
    const other = new Story();
    other.opens(1, WARNING);
    other.pass(5 * MINUTE);
    expect([story.heard(), other.heard()]).toEqual([['10 s: opened 1'], ['30 s: opened 1']]);
  });

  it('takes along whatever waits at that moment', () => {
    const story = new Story();
    story.opens(1, WARNING);
    story.pass(5 * SECOND);
    story.opens(2);
    story.pass(3 * SECOND);
    story.opens(3, WARNING);
    story.pass(10 * MINUTE);
    expect(story.heard()).toEqual(['15 s: opened 2, opened 1, opened 3']);
    expect(story.deliveries).toHaveLength(1);
    expect(story.deliveries[0]?.alert_id).toBe(2);
  });

  it('is one for each alert where the channel takes one at a time', () => {
    const story = new Story({ kind: 'pagerduty', grouped: false });
    story.opens(1);
    story.opens(2);
    story.pass(MINUTE);
    story.resolved(1);
    story.resolved(2);
    story.pass(5 * MINUTE);
    expect(story.heard()).toEqual(['10 s: opened 1', '10 s: opened 2', '310 s: resolved 1', '310 s: resolved 2']);
  });

  it('goes out once to each recipient, in rows that know their own thread', () => {
    const story = new Story({ kind: 'email', recipients: ['a@x.com', 'b@x.com'] });
    story.opens(1);
    story.pass(MINUTE);
    const rows = story.deliveries.map(({ recipient, delivery_id }) => [recipient, delivery_id]);
    expect(rows.map(([recipient]) => recipient)).toEqual(['a@x.com', 'b@x.com']);
    expect(new Set(rows.map(([, id]) => id)).size).toBe(2);
    expect(story.told.map(({ atS }) => atS)).toEqual([10, 10]);
  });

  it('is due at once where nobody looked in time', () => {
    const story = new Story();
    story.opens(1);
    story.now += 3 * HOUR;
    expect(story.look()).toHaveLength(1);
    expect(story.look()).toHaveLength(0);
  });

  it.each([
    ['below the channel’s severity', { severity: 'info' }],
    ['explained by another', { parent_id: 7 }],
    ['flapping', { flapping: true }],
    ['acknowledged before it was due', { status: 'acknowledged' }],
    ['resolved before it was due', { status: 'resolved', resolved_at: new Date(START) }],
  ] as const)('is none of an alert that is %s', (_what, fields) => {
    const story = new Story();
    story.opens(1, fields);
    story.pass(2 * HOUR);
    expect(story.heard()).toEqual([]);
  });

  it('comes when the flapping is over, and when the cause that explained it is gone', () => {
    const story = new Story();
    story.opens(1, { flapping: true });
    story.opens(2, { parent_id: 1 });
    story.pass(20 * MINUTE);
    expect(story.heard()).toEqual([]);
    story.becomes(1, { flapping: false });
    story.becomes(2, { parent_id: null });
    story.pass(MINUTE);
    expect(story.heard()).toEqual(['1200 s: opened 1, opened 2']);
  });
});

describe('changes', () => {
  it('are told in the thread, at most every 5 minutes', () => {
    const story = new Story();
    story.opens(1);
    story.pass(60 * SECOND);
    story.acknowledged(1);
    story.pass(3 * MINUTE);
    story.resolved(1);
    story.pass(HOUR);
    expect(story.heard()).toEqual(['10 s: opened 1', '310 s: resolved 1']);
    const threads = story.deliveries.map(({ payload }) => payload.thread);
    expect(new Set(threads).size).toBe(1);
    expect(story.deliveries[0]?.delivery_id).toBe(threads[0]);
  });

  it('are told of a warning too, and never twice', () => {
    const story = new Story();
    story.opens(1, WARNING);
    story.pass(10 * MINUTE);
    story.acknowledged(1);
    story.pass(10 * MINUTE);
    story.resolved(1);
    story.pass(5 * HOUR);
    expect(story.heard()).toEqual(['30 s: opened 1', '600 s: acknowledged 1', '1200 s: resolved 1']);
    expect(story.dueAt).toBeNull();
  });

  it('are kept apart by thread', () => {
    const story = new Story();
    story.opens(1);
    story.pass(MINUTE);
    story.opens(2);
    story.pass(10 * MINUTE);
    story.resolved(1);
    story.resolved(2);
    story.pass(HOUR);
    expect(story.heard().slice(2)).toEqual(['660 s: resolved 1', '660 s: resolved 2']);
    const [one, two, ,] = story.deliveries.map(({ payload }) => payload.thread);
    expect(story.deliveries.map(({ payload }) => payload.thread)).toEqual([one, two, one, two]);
  });

  it('are told to whoever was told of the alert, and to nobody else', () => {
    const story = new Story({ channel_id: 'ops' }, { channel_id: 'boss', level: 2 });
    story.opens(1);
    story.pass(MINUTE);
    story.acknowledged(1);
    story.pass(HOUR);
    story.resolved(1);
    story.pass(HOUR);
    expect(story.heard('ops')).toEqual(['10 s: opened 1', '310 s: acknowledged 1', '3660 s: resolved 1']);
    expect(story.heard('boss')).toEqual([]);
  });

  it('tell the end of what was told also when a cause explains it by then, and nothing else', () => {
    const story = new Story();
    story.opens(1);
    story.pass(MINUTE);
    story.becomes(1, { parent_id: 9 });
    story.pass(2 * HOUR);
    story.acknowledged(1);
    story.pass(HOUR);
    story.resolved(1);
    story.pass(HOUR);
    expect(story.heard()).toEqual(['10 s: opened 1', '10860 s: resolved 1']);
  });

  it('tell the end of what flapped once it has been over for 10 minutes', () => {
    const story = new Story();
    story.opens(1);
    story.pass(HOUR / 2);
    story.becomes(1, { flapping: true });
    story.resolved(1);
    story.pass(HOUR);
    expect(story.heard()).toEqual(['10 s: opened 1', '2400 s: resolved 1']);
  });

  it('tell when an acknowledgement ran out and when the severity moved', () => {
    const story = new Story();
    story.opens(1, WARNING);
    story.pass(10 * MINUTE);
    story.acknowledged(1);
    story.pass(10 * MINUTE);
    story.becomes(1, { status: 'active', acknowledged_until: new Date(story.now) });
    story.pass(10 * MINUTE);
    story.becomes(1, { severity: 'critical' });
    story.pass(10 * MINUTE);
    expect(story.heard().slice(2)).toEqual(['1200 s: reopened 1', '1800 s: severity 1']);
  });
});

describe('a critical alert that nobody acknowledges', () => {
  it('is told again every 30 minutes', () => {
    const story = new Story();
    story.opens(1);
    story.pass(95 * MINUTE);
    expect(story.heard()).toEqual(['10 s: opened 1', '1810 s: repeated 1', '3610 s: repeated 1', '5410 s: repeated 1']);
    expect([...story.threads.values()][0]?.repeats).toBe(3);
  });

  it.each([
    ['acknowledged', { status: 'acknowledged' }, 2],
    ['about to recover', { recovering_since: new Date(START) }, 1],
    ['a warning', { severity: 'warning' }, 2],
  ] as const)('is not told again when it is %s', (_what, fields, told) => {
    const story = new Story();
    story.opens(1);
    story.pass(MINUTE);
    story.becomes(1, fields);
    story.pass(3 * HOUR);
    expect(story.heard()).toHaveLength(told);
  });

  it('reaches the next level after 15 minutes, the one after that 15 later', () => {
    const story = new Story({}, { channel_id: 'boss', level: 2 }, { channel_id: 'chief', level: 3 });
    story.opens(1);
    story.pass(20 * MINUTE);
    story.acknowledged(1);
    story.pass(2 * HOUR);
    expect(story.heard('boss')).toEqual(['900 s: escalated 1', '1200 s: acknowledged 1']);
    expect(story.heard('chief')).toEqual([]);
    const other = new Story({ channel_id: 'chief', level: 3 });
    other.opens(1, WARNING);
    other.pass(HOUR);
    expect(other.heard('chief')).toEqual(['1800 s: escalated 1']);
  });
});

describe('quiet hours', () => {
  it('hold what is not critical until they are over', () => {
    const story = new Story({ hours: HOURS });
    story.pass(7 * HOUR);
    story.opens(1, WARNING);
    story.opens(2);
    story.pass(72 * HOUR);
    // Thursday 19:00 to Sunday 08:00.
    const sunday = 7 * 3600 + 61 * 3600;
    expect(story.heard()[0]).toBe('25210 s: opened 2');
    expect(story.heard()).toContain(`${sunday} s: opened 1`);
    expect(story.heard().filter((line) => line.includes('opened 1'))).toHaveLength(1);
  });

  it('hold what was due before them and is looked at late', () => {
    const story = new Story({ hours: HOURS });
    story.opens(1, WARNING);
    story.now += 7 * HOUR;
    expect(story.look()).toEqual([]);
    expect(((story.dueAt ?? 0) - START) / HOUR).toBe(68);
  });

  it('hold the end of a warning, not of something critical', () => {
    const story = new Story({ hours: HOURS });
    story.opens(1, WARNING);
    story.opens(2);
    story.pass(7 * HOUR);
    const before = story.told.length;
    story.resolved(1);
    story.resolved(2);
    story.pass(HOUR);
    expect(story.heard().slice(before)).toEqual(['25200 s: resolved 2']);
  });

  it('never open for a channel without days', () => {
    const story = new Story({ hours: { ...HOURS, days: [] } });
    story.opens(1, WARNING);
    story.pass(14 * 24 * HOUR);
    expect(story.heard()).toEqual([]);
  });
});

describe('a silence', () => {
  it('holds everything, and what is still so is told after it', () => {
    const story = new Story({}, { channel_id: 'boss', level: 2 });
    story.opens(1, { silenced_until: new Date(START + HOUR) });
    story.pass(2 * HOUR);
    expect(story.heard('ops')[0]).toBe('3610 s: opened 1');
    expect(story.heard('boss')[0]).toBe('4500 s: escalated 1');
  });

  it('holds repeats and ends as well', () => {
    const story = new Story();
    story.opens(1);
    story.pass(MINUTE);
    story.becomes(1, { silenced_until: new Date(START + 2 * HOUR) });
    story.pass(HOUR);
    story.resolved(1);
    story.pass(3 * HOUR);
    expect(story.heard()).toEqual(['10 s: opened 1', '7200 s: resolved 1']);
  });
});

describe('a maintenance window', () => {
  it('holds everything in scope and says at its end what happened', () => {
    const story = new Story({}, { channel_id: 'boss', level: 2 });
    story.window(60);
    story.pass(10 * MINUTE);
    story.opens(1);
    story.opens(2, WARNING);
    story.opens(3, { target_id: 'QATAR-C15', place: { ...story.alerts.get(1)!.place, container_id: 'QATAR-C15' } });
    story.pass(10 * MINUTE);
    story.resolved(2);
    story.resolved(3);
    story.pass(45 * MINUTE);
    const summary = story.deliveries.find(({ kind }) => kind === 'summary');
    expect(story.heard()).toEqual(['610 s: opened 3', '1200 s: resolved 3', '3600 s: summary, opened 1, resolved 2']);
    expect(summary?.payload).toMatchObject({ window: { target_id: 'QATAR-C14', reason: 'pump exchange' } });
    // What is still open goes on in the summary's thread.
    story.resolved(1);
    story.pass(HOUR);
    expect(story.deliveries.at(-1)?.payload.thread).toBe(summary?.payload.thread);
    expect(story.heard().slice(3)).toEqual(['3900 s: resolved 1']);
    expect(story.heard('boss')).toEqual([]);
  });

  it('tells levels above the first of what nobody has acknowledged since', () => {
    const story = new Story({}, { channel_id: 'boss', level: 2 });
    story.window(60);
    story.opens(1);
    story.pass(90 * MINUTE);
    expect(story.heard('boss')).toEqual(['4500 s: escalated 1']);
  });

  it('says nothing where nothing was held, and nothing twice', () => {
    const story = new Story();
    story.window(60);
    story.pass(3 * HOUR);
    expect(story.told).toEqual([]);
    story.window(30);
    story.opens(1);
    story.pass(31 * MINUTE);
    story.resolved(1);
    story.pass(20 * HOUR);
    expect(story.told.map(({ news }) => news)).toEqual([['summary', 'opened 1'], ['resolved 1']]);
  });

  it('goes on while another covers the same', () => {
    const story = new Story();
    story.window(30);
    story.window(60, { target_type: 'transformer', target_id: 'QATAR-T07' });
    story.opens(1);
    story.pass(2 * HOUR);
    expect(story.heard()[0]).toBe('3600 s: summary, opened 1');
    expect(story.heard().filter((line) => line.includes('opened'))).toHaveLength(1);
  });

  it('tells the end of what was told before it', () => {
    const story = new Story();
    story.opens(1);
    story.pass(MINUTE);
    story.window(60, { target_type: 'project', target_id: 'QATAR-001' });
    story.pass(10 * MINUTE);
    story.resolved(1);
    story.pass(2 * HOUR);
    expect(story.heard()).toEqual(['10 s: opened 1', '3660 s: summary, resolved 1']);
  });

  it('keeps its summary for the hours of the channel, unless something critical is open', () => {
    const story = new Story({ hours: HOURS });
    story.pass(7 * HOUR);
    story.window(30);
    story.opens(1, WARNING);
    story.pass(HOUR);
    const [delivery] = story.deliveries;
    expect([delivery?.kind, ((delivery?.next_attempt_at ?? 0) - START) / HOUR]).toEqual(['summary', 68]);
  });

  it('leaves a channel of single alerts to hear of what is still open', () => {
    const story = new Story({ kind: 'pagerduty', grouped: false });
    story.window(30);
    story.opens(1);
    story.opens(2);
    story.pass(10 * MINUTE);
    story.resolved(2);
    story.pass(25 * MINUTE);
    expect(story.heard()).toEqual(['1810 s: opened 1']);
  });
});
