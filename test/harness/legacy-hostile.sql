-- An old database in which every kind of bad row stands, beside good ones. Its columns are texts, which take anything.

create table containers (
  container_id text, name text, status text, hashrate_th text, power_consumption_kw text, miners_active text,
  last_seen text, settings json
);
insert into containers values
  ('C01', 'Nord', 'online', '145000.5', '1760.25', '300', '2026-11-23 11:00:00', '{"pump": 3}'),
  ('c2', 'Sud', ' ACTIVE ', '0', '0', '0', null, null),
  -- The same container twice.
  ('QATAR-C02', 'Süd', 'offline', '1', '2', '3', null, null),
  -- Nothing but bad values.
  ('C03', E'bell\u0007', 'exploded', 'NaN', '-5', '12.5', '2027-01-01 00:00:00', null),
  ('C04', '', null, 'twelve', 'Infinity', '', 'yesterday', null),
  -- Ids of other sites are ids; half characters and NULs are legal json.
  ('DOHA-C05', null, 'planned', null, null, null, null, '{"nul": "a\u0000b", "half": "\ud800", "deep": [{"x\u0000": 1}]}'),
  ('Container 6', 'no id', 'online', '1', '1', '1', null, null),
  (E'C07\n', 'line feed', 'online', '1', '1', '1', null, null),
  ('C08''; drop table containers; --', 'quote', 'online', '1', '1', '1', null, null),
  (null, 'nobody', 'online', '1', '1', '1', null, null);

create table miners (
  miner_id text, container_id text, status text, hashrate_th double precision, power_w text, serial_number text,
  mac_address text, ip_address text, slot text, temperature text, last_seen timestamptz
);
insert into miners values
  ('M001', 'C01', 'online', 473.5, '5700', 'HD0001', '02:00:00:00:01:01', '10.20.1.1', '1', '62.5', '2026-11-23 11:59:30+00'),
  ('C02-M004', null, 'idle', 0, '120', null, null, null, null, null, null),
  -- Every value is bad.
  ('M007', 'C02', 'maintenance', 'Infinity', '-1', E'SN\u0001', 'zz', '300.1.1.1', '9', '900', '2026-12-24 00:00:00+00'),
  ('M008', 'C02', null, 5000.5, 'NaN', repeat('x', 200), null, null, 'left', '-40', 'infinity'),
  -- The same slot twice.
  ('C01-M1', 'C01', 'offline', null, null, null, null, null, null, null, null),
  ('QATAR-C01-M002', 'C02', 'online', 1, '1', null, null, null, null, null, null),
  ('M003', null, 'online', 1, '1', null, null, null, null, null, null),
  ('M005', 'C99', 'online', 1, '1', null, null, null, null, null, null),
  ('M006', 'Container 6', 'online', 1, '1', null, null, null, null, null, null),
  ('17', 'C02', 'online', 1, '1', null, null, null, null, null, null),
  ('M000', 'C02', 'online', 1, '1', null, null, null, null, null, null),
  (E'M009\t', 'C02', 'online', 1, '1', null, null, null, null, null, null),
  (null, 'C02', 'online', 1, '1', null, null, null, null, null, null);

create table metrics (timestamp text, hashrate_th text, power_kw text, active_containers text);
insert into metrics values
  ('2026-11-23 10:00:00', '8100000', '98000.5', '56'),
  ('2026-11-23T10:15:00Z', '8100001', '98001', '56'),
  ('2026-11-23 13:30:00+03', '8100002', null, null),
  ('2026-11-23 10:45:00', 'NaN', '98003', '-1'),
  ('2026-11-23 11:00:00', '-8', 'many', '56.5'),
  -- The same moment twice, written differently.
  ('2026-11-23 11:15:00', '8100005', '98005', '56'),
  ('2026-11-23 12:15:00+01', '9999999', '98005', '56'),
  ('2026-11-23 11:30:00', null, null, null),
  ('2026-11-24 00:00:00', '8100007', '98007', '56'),
  ('1970-01-01 00:00:00', '8100008', '98008', '56'),
  ('2026-02-30 00:00:00', '8100009', '98009', '56'),
  ('infinity', '8100010', '98010', '56'),
  ('soon', '8100011', '98011', '56'),
  (null, '8100012', '98012', '56');
