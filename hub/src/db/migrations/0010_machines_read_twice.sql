-- The slot of another agent at which this slot's machine is credited; null: here. It counts while both hold that machine.
alter table miners add column credited_at text;
create index miners_credited_elsewhere on miners (project_id) where credited_at is not null;
