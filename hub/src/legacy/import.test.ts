import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ImportRig, openImportRig } from '../../../test/harness/import-legacy.ts';
import type { Finding } from './finding.ts';

let rig: ImportRig;
beforeAll(async () => {
  rig = await openImportRig();
});
afterEach(() => rig.clear());
afterAll(() => rig.close());

const TABLES = `
  create table containers (container_id text, status text, hashrate_th float8, power_consumption_kw float8, miners_active int);
  create table miners (miner_id text, container_id text, status text, hashrate_th float8, power_w float8);`;

describe('a database with every kind of bad row', () => {
  beforeAll(async () => {
    await rig.old.become('legacy-hostile.sql');
  });

  const LOST_ROWS = [
    "containers C08'; drop table containers; -- container_id",
    'containers C07\\u000a container_id',
    'containers Container 6 container_id',
    'containers c2 container_id',
    'containers  container_id',
    'miners  of C02 miner_id',
    'miners 17 of C02 miner_id',
    'miners M000 of C02 miner_id',
    'miners M001 of C01 miner_id',
    'miners M003 miner_id',
    'miners M005 of C99 container_id',
    'miners M006 of Container 6 miner_id',
    'miners M009\\u0009 of C02 miner_id',
    'miners QATAR-C01-M002 of C02 miner_id',
    'metrics  timestamp',
    'metrics 1970-01-01 00:00:00 timestamp',
    'metrics 2026-02-30 00:00:00 timestamp',
    'metrics 2026-11-23 11:00:00 hashrate_th',
    'metrics 2026-11-23 11:30:00 hashrate_th',
    'metrics 2026-11-23 12:15:00+01 timestamp',
    'metrics 2026-11-24 00:00:00 timestamp',
    'metrics infinity timestamp',
    'metrics soon timestamp',
  ];
  const LOST_VALUES = [
    'containers C03 hashrate_th NaN',
    'containers C03 last_seen 2027-01-01 00:00:00',
    'containers C03 miners_active 12.5',
    'containers C03 name bell\\u0007',
    'containers C03 power_consumption_kw -5',
    'containers C03 status exploded',
    'containers C04 hashrate_th twelve',
    'containers C04 last_seen yesterday',
    'containers C04 power_consumption_kw Infinity',
    'metrics 2026-11-23 10:45:00 active_containers -1',
    'metrics 2026-11-23 10:45:00 hashrate_th NaN',
    'metrics 2026-11-23 11:00:00 active_containers 56.5',
    'metrics 2026-11-23 11:00:00 hashrate_th -8',
    'metrics 2026-11-23 11:00:00 power_kw many',
    'miners M007 of C02 hashrate_th Infinity',
    'miners M007 of C02 ip_address 300.1.1.1',
    'miners M007 of C02 last_seen 2026-12-24 00:00:00+00',
    'miners M007 of C02 mac_address zz',
    'miners M007 of C02 power_w -1',
    'miners M007 of C02 serial_number SN\\u0001',
    'miners M007 of C02 slot 9',
    'miners M007 of C02 status maintenance',
    'miners M007 of C02 temperature 900',
    'miners M008 of C02 hashrate_th 5000.5',
    'miners M008 of C02 last_seen infinity',
    'miners M008 of C02 power_w NaN',
    `miners M008 of C02 serial_number ${'x'.repeat(80)}...`,
    'miners M008 of C02 slot left',
    'miners M008 of C02 temperature -40',
  ];

  it('is told row by row and value by value, with why and what to do', async () => {
    const { findings, findings_count, containers, miners, metrics, report } = await rig.imported();
    const of = (lost: string) => findings.filter((finding) => finding.lost === lost);
    expect(
      of('row')
        .map(({ table, id, column }) => `${table} ${id} ${column}`)
        .sort(),
    ).toEqual(LOST_ROWS.sort());
    expect(
      of('value')
        .map(({ table, id, column, value }) => `${table} ${id} ${column} ${value}`)
        .sort(),
    ).toEqual(LOST_VALUES.sort());
    for (const { why, remedy } of findings)
      expect({ why, remedy }).toEqual({ why: expect.stringMatching(/\w/), remedy: expect.stringMatching(/\.$/) });
    expect(findings_count).toBe(LOST_ROWS.length + LOST_VALUES.length);
    expect(containers).toMatchObject({ read: 10, added: 5, not_taken: 5, values_not_taken: 9 });
    expect(miners).toMatchObject({ read: 13, added: 4, not_taken: 9, values_not_taken: 15 });
    expect(metrics).toMatchObject({ read: 14, taken: 5, not_taken: 9, values_not_taken: 5 });
    const listed: Finding[] = parse(readFileSync(report!), { columns: true });
    expect(listed).toHaveLength(findings_count);
    expect(listed.map(({ why }) => why)).toEqual(findings.map(({ why }) => why));
  });

  it('leaves unknown what was bad, and good what was good', async () => {
    await rig.imported();
    expect(
      await rig.rows(`select container_id, name, status, hashrate_th as th, power_consumption_kw as kw, miners_active as active,
                         state_at, metadata -> 'legacy' as legacy from containers order by 1`),
    ).toEqual([
      {
        container_id: 'DOHA-C05',
        ...{ name: null, status: 'planned', th: null, kw: null, active: null, state_at: new Date('2026-11-23T11:15Z') },
        legacy: { container_id: 'DOHA-C05', settings: { nul: 'ab', half: '\ufffd', deep: [{ x: 1 }] } },
      },
      {
        container_id: 'QATAR-C01',
        ...{
          name: 'Nord',
          status: 'active',
          th: 145_000.5,
          kw: 1760.25,
          active: 300,
          state_at: new Date('2026-11-23T11:00Z'),
        },
        legacy: { container_id: 'C01', settings: { pump: 3 } },
      },
      expect.objectContaining({ container_id: 'QATAR-C02', name: 'Süd', status: 'offline', th: 1, kw: 2, active: 3 }),
      expect.objectContaining({
        container_id: 'QATAR-C03',
        name: null,
        status: 'unknown',
        th: null,
        kw: null,
        active: null,
      }),
      expect.objectContaining({
        container_id: 'QATAR-C04',
        name: null,
        status: 'unknown',
        th: null,
        kw: null,
        active: null,
      }),
    ]);
    expect(
      await rig.rows(`select miner_id as id, container_id as c, position as p, status, hashrate_th as th, power_w as w, serial, mac, ip,
                         temp_chip_c as temp, last_seen_at as seen from miners order by 1`),
    ).toEqual([
      // The slot whose two rows mean the same keeps the one that is written out.
      { id: 'QATAR-C01-M001', c: 'QATAR-C01', p: 1, status: 'offline', th: null, w: null, ...NO_HARDWARE },
      { id: 'QATAR-C02-M004', c: 'QATAR-C02', p: 4, status: 'idle', th: 0, w: 120, ...NO_HARDWARE },
      { id: 'QATAR-C02-M007', c: 'QATAR-C02', p: 7, status: 'unknown', th: null, w: null, ...NO_HARDWARE },
      { id: 'QATAR-C02-M008', c: 'QATAR-C02', p: 8, status: 'unknown', th: null, w: null, ...NO_HARDWARE },
    ]);
    expect(
      await rig.rows(`select to_char(timestamp at time zone 'UTC', 'HH24:MI') as at, hashrate_eh as eh, power_mw as mw, active_containers as c
                    from metrics where resolution_s = 900 order by timestamp`),
    ).toEqual([
      { at: '10:00', eh: 8.1, mw: 98.0005, c: 56 },
      { at: '10:15', eh: 8.100001, mw: 98.001, c: 56 },
      { at: '10:30', eh: 8.100002, mw: null, c: null },
      { at: '10:45', eh: null, mw: 98.003, c: null },
      { at: '11:15', eh: 8.100005, mw: 98.005, c: 56 },
    ]);
  });

  it('prints the first findings and names the file with all', async () => {
    const { code, out } = await rig.run(
      rig.old.url,
      '--project',
      'QATAR-001',
      '--report',
      join(rig.folder, 'mine', 'all.csv'),
    );
    expect(code).toBe(0);
    expect(out).toContain("containers C08'; drop table containers; --: row not taken: container_id");
    expect(out).toContain(`... and ${LOST_ROWS.length + LOST_VALUES.length - 10} more`);
    expect(out).toContain(`All of it is in ${join(rig.folder, 'mine', 'all.csv')}`);
    expect(readFileSync(join(rig.folder, 'mine', 'all.csv'), 'utf8').split('\n').length).toBeGreaterThan(50);
  });

  it('is imported a second time without a change, and says so', async () => {
    const first = await rig.imported();
    const before = await rig.stored();
    const second = await rig.imported();
    expect(await rig.stored()).toEqual(before);
    expect(second).toMatchObject({
      changed: false,
      project_created: false,
      containers: { added: 0, filled: 0, unchanged: 5 },
      miners: { added: 0, filled: 0, unchanged: 4 },
      metrics: {
        buckets: { '900': { added: 0, changed: 0, unchanged: 5 }, '3600': { unchanged: 2 }, '86400': { unchanged: 1 } },
      },
    });
    expect(second.findings).toEqual(first.findings);
    expect((await rig.run(rig.old.url, '--project', 'QATAR-001')).out).toContain('Nothing has changed');
  });
});

const NO_HARDWARE = { serial: null, mac: null, ip: null, temp: null, seen: null };

describe('a second run', () => {
  beforeEach(async () => {
    await rig.old.become(`${TABLES}
      create table metrics (timestamp timestamptz, hashrate_th float8, power_kw float8);
      alter table containers add name text;
      insert into containers values ('C01', 'online', 100, 10, 2, 'Nord'), ('C02', 'online', null, 20, 2, null);
      insert into miners values ('C01-M001', 'C01', 'online', 50, 5000), ('C01-M002', 'C01', 'online', 50, 5000);
      insert into metrics values ('2026-11-20 10:00Z', 100, 10), ('2026-11-20 10:15Z', 200, 20);`);
    await rig.imported();
  });

  it('adds what is new in the source', async () => {
    await rig.old.query(`insert into containers values ('C03', 'offline', 0, 1, 0, 'Est');
      insert into miners values ('C01-M003', 'C01', 'online', 50, 5000), ('C03-M001', 'C03', 'offline', null, null);
      insert into metrics values ('2026-11-20 10:20Z', 400, null), ('2026-11-21 00:00Z', 300, 30);`);
    expect(await rig.imported()).toMatchObject({
      changed: true,
      containers: { added: 1, filled: 0, unchanged: 2 },
      miners: { added: 2, unchanged: 2 },
      metrics: {
        buckets: {
          '900': { added: 1, changed: 1 },
          '3600': { added: 1, changed: 1 },
          '86400': { added: 1, changed: 1 },
        },
      },
    });
    // The quarter that got a second reading holds both, and the first of them once.
    expect(
      await rig.rows(`select resolution_s as s, hashrate_ths_sum as sum, hashrate_ths_min as min, hashrate_ths_max as max,
                         hashrate_ths_count as n, power_kw_count as kw from metrics where timestamp < '2026-11-20 21:00Z' order by resolution_s, timestamp`),
    ).toEqual([
      { s: 900, sum: 100, min: 100, max: 100, n: '1', kw: '1' },
      { s: 900, sum: 600, min: 200, max: 400, n: '2', kw: '1' },
      { s: 3600, sum: 700, min: 100, max: 400, n: '3', kw: '2' },
      { s: 86_400, sum: 700, min: 100, max: 400, n: '3', kw: '2' },
    ]);
    expect(await rig.rows('select container_id as id, miners_expected as n from containers order by 1')).toEqual([
      { id: 'QATAR-C01', n: 3 },
      { id: 'QATAR-C02', n: 0 },
      { id: 'QATAR-C03', n: 1 },
    ]);
  });

  it('fills in what was empty and leaves what is there, also where the source says otherwise by now', async () => {
    await rig.rows(`update containers set name = 'Quai nord', status = 'maintenance' where container_id = 'QATAR-C01';
      update miners set serial = 'read by the agent', status = 'degraded' where position = 1;
      update projects set name = 'Doha', time_zone = 'Asia/Qatar';`);
    await rig.old.query(`update containers set name = 'Nouveau', hashrate_th = 777, status = 'offline';
      update miners set hashrate_th = 777, status = 'offline'; alter table miners add serial text; update miners set serial = 'S' || miner_id;`);
    const second = await rig.imported('--name', 'Another');
    expect(second).toMatchObject({
      containers: { added: 0, filled: 1, unchanged: 1 },
      miners: { added: 0, filled: 1, unchanged: 1 },
      notes: ['QATAR-001 exists and keeps its name, Doha.'],
    });
    expect(await rig.rows('select name, status, hashrate_th as th from containers order by container_id')).toEqual([
      { name: 'Quai nord', status: 'maintenance', th: 100 },
      { name: 'Nouveau', status: 'active', th: 777 },
    ]);
    expect(await rig.rows('select serial, status, hashrate_th as th from miners order by miner_id')).toEqual([
      { serial: 'READ BY THE AGENT', status: 'degraded', th: 50 },
      { serial: 'SC01-M002', status: 'hashing', th: 50 },
    ]);
  });

  it('touches no container that people have edited, not even what they have emptied', async () => {
    await rig.rows(`update containers set name = null, metadata = '{}', version = 2 where container_id = 'QATAR-C01'`);
    expect(await rig.imported()).toMatchObject({ changed: false });
    expect(await rig.rows("select name, metadata from containers where container_id = 'QATAR-C01'")).toEqual([
      { name: null, metadata: {} },
    ]);
  });

  it('takes no figure for what an agent has read since', async () => {
    await rig.rows(`update containers set hashrate_th = null, state_at = '2026-11-23 11:00Z';
      update miners set hashrate_th = null, power_w = 1, status = 'offline', state_at = '2026-11-23 11:00Z'`);
    expect(await rig.imported()).toMatchObject({ changed: false });
    expect(await rig.rows('select distinct hashrate_th as th, power_w as w from miners')).toEqual([{ th: null, w: 1 }]);
  });

  it('keeps readings that the source has thrown away since', async () => {
    await rig.old.query("insert into metrics values ('2026-11-20 10:20Z', 400, 40)");
    await rig.imported();
    const before = await rig.stored();
    await rig.old.query("delete from metrics where timestamp in ('2026-11-20 10:00Z', '2026-11-20 10:15Z')");
    await rig.imported();
    expect(await rig.stored()).toEqual(before);
  });

  it('leaves hours and days that the hub has rolled up itself', async () => {
    await rig.rows(
      `update metrics set source = 'rollup', hashrate_ths_sum = 1, hashrate_ths_count = 1 where resolution_s > 900`,
    );
    const before = await rig.stored();
    const second = await rig.imported();
    expect(await rig.stored()).toEqual(before);
    expect(second.metrics.buckets).toMatchObject({ '3600': { kept: 1, unchanged: 0 }, '86400': { kept: 1 } });
    expect(second.notes).toEqual(['2 hours and days hold figures that the hub has rolled up itself, which stay.']);
  });

  it('makes the days anew when the project has moved to another time zone, so that none counts twice', async () => {
    await rig.rows(`update projects set time_zone = 'Europe/Paris'`);
    expect(await rig.imported()).toMatchObject({ changed: true, metrics: { buckets: { '86400': { added: 1 } } } });
    expect(await rig.rows('select timestamp, hashrate_ths_count as n from metrics where resolution_s = 86400')).toEqual(
      [{ timestamp: new Date('2026-11-19T23:00Z'), n: '2' }],
    );
  });
});

describe('the project', () => {
  beforeAll(async () => {
    await rig.old.become(`${TABLES} create table metrics (timestamp timestamp, power_kw float8);
      insert into containers values ('C01', 'online', 100, 10, 2);`);
  });

  it('of the first projects is created with all that is known of it', async () => {
    expect(await rig.imported()).toMatchObject({ project_created: true, project_name: 'Hearst Qatar Mining' });
    expect(await rig.rows('select project_id, time_zone, status, total_miners from projects')).toEqual([
      { project_id: 'QATAR-001', time_zone: 'Asia/Qatar', status: 'active', total_miners: 17_864 },
    ]);
  });

  it('of another id is created active, under the given name, and gives its letters to the ids', async () => {
    await rig.imported('--project', 'oman-002', '--name', 'Sohar');
    expect(
      await rig.rows(
        `select p.project_id, p.name, p.status, c.container_id from projects p join containers c using (project_id)`,
      ),
    ).toEqual([{ project_id: 'OMAN-002', name: 'Sohar', status: 'active', container_id: 'OMAN-C01' }]);
  });

  it('stands beside others, whose rows are not touched', async () => {
    await rig.imported('--project', 'OMAN-002');
    await rig.rows(
      `insert into containers (project_id, container_id, name) values ('OMAN-002', 'QATAR-C01', 'theirs')`,
    );
    const before = await rig.stored();
    await rig.imported();
    expect(await rig.stored()).toEqual(expect.arrayContaining(before));
    expect(
      await rig.rows("select name from containers where project_id = 'OMAN-002' and container_id = 'QATAR-C01'"),
    ).toEqual([{ name: 'theirs' }]);
  });

  it('is left alone when it is archived', async () => {
    await rig.rows(`insert into projects (project_id, name, status) values ('QATAR-001', 'Old', 'archived')`);
    expect(await rig.run(rig.old.url, '--project', 'QATAR-001')).toMatchObject({
      code: 1,
      err: expect.stringContaining('is archived'),
    });
    expect(await rig.rows('select 1 from containers')).toEqual([]);
  });

  it('has figures from the moment of the import where nothing says from when they are', async () => {
    const { notes } = await rig.imported();
    expect(notes).toEqual(['The source has no metrics: figures without a time of their own count as told now.']);
    expect(await rig.rows('select state_at from containers')).toEqual([{ state_at: new Date('2026-11-23T12:00Z') }]);
  });

  it('is not even created by a dry run, which counts all the same', async () => {
    const before = await rig.stored();
    expect(await rig.imported('--dry-run')).toMatchObject({
      dry_run: true,
      project_created: true,
      containers: { added: 1 },
    });
    expect(await rig.stored()).toEqual(before);
    expect((await rig.run(rig.old.url, '--project', 'QATAR-001', '--dry-run')).out).toMatch(
      /^Dry run: nothing was stored/,
    );
  });
});
