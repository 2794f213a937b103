import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { listStanding } from '../../db/queries/standing.ts';
import { ruleBook } from '../rule-book.ts';
import { standingSources } from './refresh.ts';
import type { Judged, Source } from './source.ts';
import { COMPANY, subjectOf } from './subject.ts';
import { StandingRig } from './testing.ts';

const PROJECT = 'CLOCK-001';
const START = Date.UTC(2026, 5, 15, 12);
const at = (seconds: number): Date => new Date(START + seconds * 1000);

let rig: StandingRig;
beforeAll(async () => {
  rig = await StandingRig.open();
  await rig.run('insert into projects (project_id) values ($1)', [PROJECT]);
});
afterAll(() => rig.close());
beforeEach(() => rig.run('delete from standing_conditions'));

/** A source whose answer tests set. */
class Scripted implements Source {
  readonly name: string;
  readonly of: Source['of'];
  readonly everyS = 60;
  asked = 0;
  answer: () => Promise<number | null> | number | null = () => 5;

  constructor(name = 'scripted', of: Source['of'] = 'projects') {
    this.name = name;
    this.of = of;
  }

  async judge(
    client: Parameters<Source['judge']>[0],
    projectId: string,
    _rules: unknown,
    now: Date,
  ): Promise<Judged[]> {
    this.asked++;
    await client.query('select 1');
    const value = await this.answer();
    const own = value === null ? {} : { power_over_limit: { zone: 'raise' as const, value } };
    const unknown = value === null ? ['power_over_limit'] : [];
    return [{ target: subjectOf(projectId), findings: { at: +now, own, unknown, miners: {}, silent: [] } }];
  }
}

it('asks a source when it is due, joins what it says to what held, and writes nothing in between', async () => {
  const source = new Scripted();
  const standing = rig.standing(source);
  expect(await rig.refresh(standing, PROJECT, at(0))).toEqual({ 'power_over_limit CLOCK-001': 5 });
  source.answer = () => 6;
  const xmin = async (): Promise<unknown> =>
    (await rig.database.owner.query('select xmin::text, updated_at from standing_conditions')).rows;
  const written = await xmin();
  await rig.refresh(standing, PROJECT, at(59));
  // Another hub knows from the row that it is not due.
  await rig.refresh(rig.standing(source), PROJECT, at(59.9));
  expect([source.asked, await xmin()]).toEqual([1, written]);
  expect(await rig.refresh(standing, PROJECT, at(60))).toEqual({ 'power_over_limit CLOCK-001': 6 });
  source.answer = () => null;
  await rig.refresh(standing, PROJECT, at(120));
  const [row] = await rig.asEvaluator(PROJECT, (client) => listStanding(client, PROJECT));
  expect(row).toEqual({
    source: 'scripted',
    updatedAt: at(120),
    conditions: [
      {
        target: { type: 'project', id: PROJECT },
        at: +at(120),
        own: { power_over_limit: { since: +at(0), value: 6, seen: +at(60) } },
        unknown: ['power_over_limit'],
      },
    ],
  });
});

it('a source that fails costs only itself: what it found stays, the others go on, and it waits for its turn', async () => {
  const broken = new Scripted('a-broken');
  const sound = new Scripted('b-sound');
  const standing = rig.standing(broken, sound);
  await rig.refresh(standing, PROJECT, at(0));
  broken.answer = async () => Promise.reject(new Error('no such thing'));
  sound.answer = () => 7;
  rig.logged.length = 0;
  await rig.refresh(standing, PROJECT, at(60));
  await rig.refresh(standing, PROJECT, at(70));
  const rows = await rig.asEvaluator(PROJECT, (client) => listStanding(client, PROJECT));
  const values = rows.map(({ source, conditions }) => [source, conditions[0]?.own.power_over_limit?.value]).sort();
  expect(values).toEqual([
    ['a-broken', 5],
    ['b-sound', 7],
  ]);
  // Once with the others, once alone; and not again before its turn.
  expect([broken.asked, rig.logged.length]).toEqual([3, 1]);
  expect(rig.logged[0]).toMatch(/a-broken.*no such thing/);
  broken.answer = () => 8;
  expect(await rig.refresh(standing, PROJECT, at(120))).toMatchObject({ 'power_over_limit CLOCK-001': 7 });
  expect(broken.asked).toBe(4);
});

it('a statement that fails in a source does not take the transaction along', async () => {
  const broken = new Scripted('a-broken');
  broken.judge = async (client) => {
    await client.query('select 1 / 0');
    return [];
  };
  const sound = new Scripted('b-sound');
  expect(await rig.refresh(rig.standing(broken, sound), PROJECT, at(0))).toEqual({ 'power_over_limit CLOCK-001': 5 });
});

it('a lost connection is the caller’s to see', async () => {
  const source = new Scripted();
  source.answer = () => Promise.reject(Object.assign(new Error('gone'), { code: '57P01', severity: 'FATAL' }));
  await expect(rig.refresh(rig.standing(source), PROJECT, at(0))).rejects.toThrow('gone');
});

it('the company has sources of its own, projects have theirs', async () => {
  const [company, projects, all] = [
    new Scripted('company', 'company'),
    new Scripted('projects', 'projects'),
    new Scripted('all', 'all'),
  ];
  const standing = rig.standing(company, projects, all);
  expect(await rig.refresh(standing, COMPANY, at(0))).toEqual({ 'power_over_limit ': 5 });
  expect([company.asked, projects.asked, all.asked]).toEqual([1, 0, 1]);
  await rig.refresh(standing, PROJECT, at(0));
  expect([company.asked, projects.asked, all.asked]).toEqual([1, 1, 2]);
});

it('all sources run as the evaluator, on projects with nothing in them and on the company', async () => {
  const sources = standingSources({ startedAt: at(0), certificate: null, price: true });
  const standing = rig.standing(...sources);
  rig.logged.length = 0;
  await rig.asEvaluator(PROJECT, (client) => standing.refresh(client, PROJECT, ruleBook([]), at(1000)));
  await rig.asEvaluator(COMPANY, (client) => standing.refresh(client, COMPANY, ruleBook([]), at(1000)));
  expect(rig.logged).toEqual([]);
  const { rows } = await rig.database.owner.query('select distinct source from standing_conditions order by source');
  expect(rows.map(({ source }) => source)).toEqual(sources.map(({ name }) => name).sort());
});
