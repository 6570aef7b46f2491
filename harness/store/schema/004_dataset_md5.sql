-- By which EvalPlus's results name the data set's content (dataset_sha256 is of the same). Runs from before have none, until
-- they are opened again.
ALTER TABLE runs ADD COLUMN dataset_md5 TEXT NOT NULL DEFAULT '';
