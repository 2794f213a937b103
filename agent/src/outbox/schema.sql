-- The outbox file. Small rows and their bodies live apart: confirming a batch then rewrites 100 bytes, not its body.

-- current_outbox, running_ms (how long agents have run on this file), replayed (the last replay a hub asked for), lease
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

-- Identities under which batches of this file travel: its own, the ones before a rotation, those of salvaged files.
CREATE TABLE outboxes (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;

-- Runs of the agent. anchor_ms is hub time minus the run's monotonic clock, null while never compared.
CREATE TABLE boots (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, anchor_ms REAL, uncertainty_ms REAL) STRICT;

-- What a batch of frames is about (the ids of its containers or meters): thinning keeps one batch per stream and slot.
CREATE TABLE streams (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE batches (
  row       INTEGER PRIMARY KEY AUTOINCREMENT,
  outbox    INTEGER NOT NULL REFERENCES outboxes (n),
  seq       INTEGER NOT NULL,              -- the row's own number, except for salvaged batches: theirs from before
  class     TEXT NOT NULL CHECK (class IN ('events', 'tombstone', 'inventory', 'frames', 'meters')),
  readings_lane INTEGER NOT NULL,          -- 1: frames and meters (live, backlog); 0: everything else (event)
  stream    INTEGER NOT NULL REFERENCES streams (n),
  at        INTEGER NOT NULL,              -- when it was read, ms since 1970 by the agent's wall clock
  readings  INTEGER NOT NULL,
  boot      INTEGER NOT NULL REFERENCES boots (n),
  wall      INTEGER NOT NULL,              -- both clocks when it was appended
  mono      REAL NOT NULL,
  hash      BLOB NOT NULL,                 -- SHA-256 of the body
  len       INTEGER NOT NULL,              -- bytes of the body
  seal      BLOB NOT NULL,                 -- eight bytes over all of the above: shows damage SQLite does not see
  confirmed INTEGER                        -- running_ms when the hub confirmed it; null: not confirmed
) STRICT;

CREATE UNIQUE INDEX batches_key ON batches (outbox, seq);
CREATE INDEX batches_waiting ON batches (readings_lane, row) WHERE confirmed IS NULL;
CREATE INDEX batches_retained ON batches (confirmed, row) WHERE confirmed IS NOT NULL;

-- The bytes that travel, unchanged.
CREATE TABLE bodies (row INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
