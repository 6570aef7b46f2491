-- Hostile acts by kind, a JSON array of names (sandbox/attempts.h); they decide no verdict. Verdicts from before show none.
ALTER TABLE verdicts ADD COLUMN attempts TEXT NOT NULL DEFAULT '[]';
