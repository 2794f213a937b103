import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ImportRig, openImportRig } from '../../../test/harness/import-legacy.ts';

let rig: ImportRig;
beforeAll(async () => {
  rig = await openImportRig();
});
afterEach(() => rig.clear());
afterAll(() => rig.close());

const TABLES = `
  create table containers (container_id text, status text, hashrate_th float8, power_consumption_kw float8, miners_active int);
  create table miners (miner_id text, container_id text, status text, hashrate_th float8, power_w float8);`;

describe('the source', () => {
  it('is read in a transaction that cannot write: one that would write when read stays as it was', async () => {
    await rig.old.become(`${TABLES}
      create table read_by (who text);
      create function spy() returns int language sql volatile as $$ insert into read_by values (current_user) returning 1 $$;
      create view metrics as select timestamptz '2026-11-20 10:00Z' as timestamp, spy() as power_kw;`);
    const { code, err } = await rig.run(rig.old.url, '--project', 'QATAR-001');
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('read-only transaction') });
    expect(await rig.old.query('select * from read_by')).toEqual([]);
    expect(await rig.rows('select * from projects')).toEqual([]);
  });

  it('may vanish midway: that is told, and nothing is stored nor left behind', async () => {
    await rig.old.become(`${TABLES}
      insert into containers values ('C02', 'online', 100, 10, 2);
      insert into containers select 'no id ' || n from generate_series(1, 2000) n;
      create view metrics as select timestamptz '2026-01-01 00:00Z' + n * interval '15 minutes' as timestamp,
        case when n = 20000 then pg_terminate_backend(pg_backend_pid())::int else n end as power_kw
        from generate_series(0, 30000) n;`);
    const files = readdirSync(rig.folder);
    const { code, out, err } = await rig.run(rig.old.url, '--project', 'QATAR-001');
    expect({ code, out }).toEqual({ code: 69, out: '' });
    expect(err).toMatch(
      /failed while its table metrics was being read: .*Nothing was imported\. Check that the server/,
    );
    expect(
      await rig.rows('select 1 from projects union all select 1 from containers union all select 1 from metrics'),
    ).toEqual([]);
    expect(readdirSync(rig.folder)).toEqual(files);
  });

  it.each([
    [
      'a wrong password',
      (url: URL) => Object.assign(url, { password: 'hunter2' }),
      78,
      /Check user, password and database/,
    ],
    ['another database', (url: URL) => Object.assign(url, { pathname: '/hunter2' }), 78, /"hunter2" does not exist/],
    [
      'a port where nobody listens',
      (url: URL) => Object.assign(url, { port: '1' }),
      69,
      /ECONNREFUSED.*Check that the server runs/,
    ],
    [
      'a host that does not exist',
      (url: URL) => Object.assign(url, { hostname: 'nowhere.invalid' }),
      69,
      /ENOTFOUND|EAI_AGAIN/,
    ],
  ])('with %s is told', async (_, change, code, message) => {
    const url = change(new URL(rig.hubUrl)).href;
    const answer = await rig.run(url, '--project', 'QATAR-001');
    expect(answer).toMatchObject({ code, out: '', err: expect.stringMatching(message) });
    expect(answer.err).toContain('Nothing was imported.');
    expect(answer.err).not.toContain(new URL(url).password);
  });

  it('that is no old database is told, above all the hub itself', async () => {
    await rig.old.become('select 1');
    expect(await rig.run(rig.old.url, '--project', 'QATAR-001')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/no table containers .*; there is no table miners .*; there is no table metrics /),
    });
    expect(await rig.run(rig.hubUrl, '--project', 'QATAR-001')).toMatchObject({
      code: 1,
      err: expect.stringContaining("is it the hub's own database?"),
    });
  });

  it('that may not be read is told', async () => {
    await rig.old.become(`${TABLES} create table metrics (timestamp timestamptz, power_kw float8)`);
    const name = `reader_${randomBytes(4).toString('hex')}`;
    await rig.old.query(`create role ${name} login password 'x'`);
    const url = Object.assign(new URL(rig.old.url), { username: name, password: 'x' });
    const answer = await rig.run(url.href, '--project', 'QATAR-001');
    expect(answer).toMatchObject({
      code: 78,
      err: expect.stringMatching(/permission denied.*right to read containers/),
    });
    await rig.old.query(`drop role ${name}`);
  });
});

describe('the command', () => {
  it.each([
    [['postgres://h/db'], "required option '--project"],
    [['http://h/db', '--project', 'QATAR-001'], 'postgres://user:password@host'],
    [['old.sql', '--project', 'QATAR-001'], 'postgres://user:password@host'],
    [['postgres://h/db', '--project', 'Qatar'], 'Qatar is no id of a project'],
    [['postgres://h/db', '--project', 'HEARST-000'], 'HEARST-000 is no id of a project'],
    [['postgres://h/db', '--project', 'QATAR-001', '--source-time-zone', 'Atlantis'], 'There is no time zone Atlantis'],
  ])('%j is wrong usage', async (args, message) => {
    expect(await rig.run(...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) });
  });

  it('does not run beside another import', async () => {
    await rig.old.become(`${TABLES} create table metrics (timestamp timestamptz, power_kw float8)`);
    await rig.rows('begin; select pg_advisory_xact_lock(7423003)');
    const answer = await rig.run(rig.old.url, '--project', 'QATAR-001');
    await rig.rows('rollback');
    expect(answer).toMatchObject({ code: 1, err: expect.stringContaining('Another import') });
  });

  it('stores nothing when its report cannot be written', async () => {
    await rig.old.become('legacy-hostile.sql');
    writeFileSync(join(rig.folder, 'file'), '');
    const report = join(rig.folder, 'file', 'report.csv');
    const answer = await rig.run(rig.old.url, '--project', 'QATAR-001', '--report', report);
    expect(answer.code).toBe(1);
    expect(answer.err).toContain(`The report cannot be written to ${report}`);
    expect(answer.err).toContain('Name another file with --report. Nothing was imported.');
    expect(await rig.rows('select 1 from projects')).toEqual([]);
  });
});
