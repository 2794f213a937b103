-- What an agent says of itself: what its doctor found last (protocol/src/doctor.ts), and since when the oldest batch waits.
alter table agents add column doctor jsonb, add column oldest_at timestamptz;

-- Maintenance is declared at the site too: an agent's events open and end windows of what it reads.
grant insert, update (ends_at, ended_by, updated_at) on maintenance_windows to hearst_ingest;
