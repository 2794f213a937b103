import { DoctorReport } from '@hearst/protocol';
import { describe, expect, it } from 'vitest';
import type { Site } from '../config/site.ts';
import type { Check, Finding } from './check.ts';
import { CHECKS } from './checks/all.ts';
import { examine, tally } from './examine.ts';
import { Holds } from './holds.ts';
import { listText } from './list-text.ts';
import { aContainer, aSite, aView, running } from './testing.ts';
import { reportOf } from './travel.ts';
import type { View } from './view.ts';

const find = (view: View, check: string): Finding | undefined =>
  examine(CHECKS, view).findings.find((one) => one.check === check);
const bad = (view: View) => examine(CHECKS, view).findings.filter(({ outcome }) => outcome !== 'ok');
const plain = (_: string, text: string): string => text;

describe('the list', () => {
  it('of a site where all is well has one line for each check, and none that cannot be told', () => {
    const { findings } = examine(CHECKS, aView());
    expect(bad(aView())).toEqual([]);
    expect(findings.map(({ check }) => check).toSorted()).toEqual(CHECKS.map(({ id }) => id).toSorted());
  });

  it('one dark container: says that the others are well, hides what follows from it', () => {
    const view = darkContainer('QATAR-C12');
    expect(find(view, 'net.QATAR-C12')).toMatchObject({
      outcome: 'error',
      code: 'E3305',
      what: { en: '0 of 308 answer, the 57 other containers are well' },
      cause: { en: "probably the container's switch or power" },
    });
    expect(find(view, 'cooling.QATAR-C12')).toMatchObject({ outcome: 'skipped', parent: 'net.QATAR-C12' });
    expect(find(view, 'poll.QATAR-C12')).toMatchObject({ outcome: 'skipped', parent: 'net.QATAR-C12' });
    expect(find(view, 'net')?.what.en).toBe('the other 57 containers are well');
    expect(bad(view)).toHaveLength(3);
  });

  it('a site where nothing answers is one error, not 58', () => {
    const base = aView();
    const containers = base.containers?.map((one) => ({ ...one, answering: 0, cooling: 'silent' as const })) ?? [];
    expect(
      bad({ ...base, containers })
        .filter(({ outcome }) => outcome === 'error')
        .map(({ check }) => check),
    ).toEqual(['site.reach']);
  });

  it('what is in maintenance is not complained of', () => {
    const base = aView();
    const containers =
      base.containers?.map((one, i) => (i === 0 ? { ...one, answering: 0, maintenanceUntil: base.now + 1000 } : one)) ??
      [];
    expect(bad({ ...base, containers })).toEqual([]);
  });

  it('without an agent says so once, and the rest of what only it knows is skipped', () => {
    const view = { ...aView(), running: null, inventory: null, trend: null };
    const { findings } = examine(CHECKS, view);
    expect(findings.filter(({ outcome }) => outcome === 'error').map(({ code }) => code)).toEqual(['E3101']);
    expect(findings.find(({ check }) => check === 'buffer.size')).toMatchObject({
      outcome: 'skipped',
      parent: 'service.running',
    });
    expect(findings.find(({ check }) => check === 'disk')?.outcome).toBe('ok');
  });

  it.each<[string, (view: View) => View, string, string]>([
    ['clock', (view) => ({ ...view, running: running({ clockOffsetMs: -5000 }) }), 'clock', 'W3001'],
    ['disk', (view) => ({ ...view, machine: { ...view.machine, disk: { total: 1e12, free: 1e6 } } }), 'disk', 'E3004'],
    [
      'file limit',
      (view) => ({ ...view, machine: { ...view.machine, openFiles: { limit: 256, used: 20 } } }),
      'files',
      'W3009',
    ],
    ['restart loop', (view) => ({ ...view, service: { ...view.service, starts: 9 } }), 'service.restarts', 'W3102'],
    [
      'open credential',
      (view) => ({
        ...view,
        folder: { writable: true, open: [{ path: '/x/credential.json', mode: 0o644, wanted: 0o600 }] },
      }),
      'service.permissions',
      'W3104',
    ],
    [
      'certificate',
      (view) => ({ ...view, hub: view.hub && { ...view.hub, tls: { ok: true, detail: '', daysLeft: 12 } } }),
      'hub.cert',
      'W3406',
    ],
    [
      'hub away',
      (view) => ({ ...view, hub: view.hub && { ...view.hub, http: { ok: false, detail: 'refused', ms: null } } }),
      'hub.reach',
      'E3407',
    ],
    [
      'revoked',
      (view) => ({ ...view, running: running({ refused: 'this credential was revoked' }) }),
      'hub.broker',
      'E3410',
    ],
    ['skipped polls', (view) => ({ ...view, trend: { s: 600, skipped: 12, batches: 0, bytes: 0 } }), 'cycle', 'W3501'],
    [
      'two alike',
      (view) => ({
        ...view,
        inventory: { missing: [], unknown: [], duplicates: [{ identity: 'serial X', places: ['A', 'B'] }] },
      }),
      'inventory.duplicates',
      'W3702',
    ],
    [
      'found, and read by nobody',
      (view) => ({ ...view, scan: { at: '2026-11-22T08:00:00.000Z', unplaced: ['10.20.9.1', '10.20.9.2'] } }),
      'inventory.unplaced',
      'W3703',
    ],
    [
      'unknown kind',
      (view) => ({ ...view, inventory: { missing: [], duplicates: [], unknown: [{ type: 'Thing', count: 3 }] } }),
      'firmware',
      'W3504',
    ],
  ])('%s', (_, change, check, code) => {
    const finding = find(change(aView()), check);
    expect(finding?.code).toBe(code);
    expect(finding?.next).not.toBeNull();
  });
});

describe('the checks', () => {
  it('have codes of their own, in both languages, and depend on checks that are there', () => {
    const codes = CHECKS.flatMap((check) => Object.keys(check.codes));
    expect(new Set(codes).size).toBe(codes.length);
    const words = (check: Check) => [
      check.title,
      ...Object.values(check.codes).flatMap(({ title, cause, next }) => [title, cause, next]),
    ];
    for (const text of CHECKS.flatMap(words)) if (text) expect([text.en, text.fr].every(Boolean)).toBe(true);
    expect(() => examine(CHECKS, aView())).not.toThrow();
  });

  it('fit into what travels: the worst first, bounded, and the hub can read it', () => {
    const base = aView();
    const containers = base.containers?.map((one, i) => (i === 0 ? one : { ...one, answering: 0 })) ?? [];
    const report = reportOf(examine(CHECKS, { ...base, containers }));
    expect(DoctorReport.parse(report)).toEqual(report);
    expect(report.checks).toHaveLength(50);
    expect(report.checks[0]).toMatchObject({ outcome: 'error', code: 'E3305' });
    expect(Buffer.byteLength(JSON.stringify(report))).toBeLessThan(40_000);
  });
});

describe('holds', () => {
  it('show what is wrong once it has been for long enough, and forget it when it is well between', () => {
    const holds = new Holds(CHECKS);
    const dark = examine(CHECKS, darkContainer('QATAR-C12'));
    const errors = (mono: number, examination = dark): number => tally(holds.apply(examination, mono).findings).error;
    expect([errors(0), errors(119_000), errors(120_000)]).toEqual([0, 0, 1]);
    expect([errors(121_000, examine(CHECKS, aView())), errors(122_000)]).toEqual([0, 0]);
    expect(holds.apply(dark, 123_000).findings.some(({ check }) => check === 'poll.QATAR-C12')).toBe(false);
  });
});

it('is written within 80 columns', async () => {
  const text = listText(examine(CHECKS, { ...darkContainer('QATAR-C12'), hub: expiring }), plain);
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  await expect(`${text}\n`).toMatchFileSnapshot('./screens/doctor.txt');
});

const expiring = { ...(aView().hub as NonNullable<View['hub']>), tls: { ok: true, detail: '', daysLeft: 12 } };

function darkContainer(id: string): View {
  const site: Site = aSite(58);
  const containers = site.containers.map((container) => ({
    ...aContainer(container.id),
    ...(container.id === id && { answering: 0, cooling: 'silent' as const }),
  }));
  return { ...aView(), site, containers };
}
