-- Every evaluation that was asked for. The key columns are all that decides its results.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  dataset TEXT NOT NULL,
  dataset_sha256 TEXT NOT NULL,
  samples_sha256 TEXT NOT NULL,
  limits TEXT NOT NULL,
  fingerprint TEXT NOT NULL,          -- interpreter, hash seed, policy
  created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;

CREATE TABLE problems (
  id INTEGER PRIMARY KEY,
  dataset_sha256 TEXT NOT NULL,
  task_id TEXT NOT NULL,
  UNIQUE (dataset_sha256, task_id)
) STRICT;

-- Programs by their content: the same one in many runs is kept once.
CREATE TABLE solutions (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,             -- of the program
  compressed BLOB NOT NULL            -- zstd
) STRICT;

CREATE TABLE samples (
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,           -- the n-th sample of the file or folder
  problem INTEGER NOT NULL REFERENCES problems (id),
  solution INTEGER NOT NULL REFERENCES solutions (id),
  PRIMARY KEY (run, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE verdicts (
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  test_set TEXT NOT NULL CHECK (test_set IN ('base', 'plus')),
  verdict TEXT NOT NULL CHECK (verdict IN ('pass', 'fail', 'timeout')),
  cause TEXT NOT NULL,                -- 'none' for a pass
  detail TEXT NOT NULL,
  failed TEXT NOT NULL,               -- indices of failed tests, a JSON array (json_each reads it): all of them, or the last one tried
  passed INTEGER NOT NULL,            -- how many tests passed
  cpu_seconds REAL NOT NULL,
  shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
  PRIMARY KEY (run, ordinal, test_set)
) STRICT, WITHOUT ROWID;

-- What canonical solutions return, by data set and interpreter.
CREATE TABLE ground_truth (
  id INTEGER PRIMARY KEY,
  dataset_sha256 TEXT NOT NULL,
  task_id TEXT NOT NULL,
  test_set TEXT NOT NULL CHECK (test_set IN ('base', 'plus')),
  fingerprint TEXT NOT NULL,
  calls INTEGER NOT NULL,
  UNIQUE (dataset_sha256, task_id, test_set, fingerprint)
) STRICT;

-- Consecutive calls packed together (harness/store/packing.h), as one blob may not hold a whole large set.
CREATE TABLE ground_truth_chunks (
  ground_truth INTEGER NOT NULL REFERENCES ground_truth (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  bytes INTEGER NOT NULL,             -- before compression
  compressed BLOB NOT NULL,           -- zstd
  PRIMARY KEY (ground_truth, ordinal)
) STRICT;

-- How a sample was decoded, step by step, where the engine made it.
CREATE TABLE decode_traces (
  run INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  compressed BLOB NOT NULL,           -- zstd
  PRIMARY KEY (run, ordinal),
  FOREIGN KEY (run, ordinal) REFERENCES samples (run, ordinal) ON DELETE CASCADE
) STRICT;
