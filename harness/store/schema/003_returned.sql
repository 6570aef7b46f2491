-- What a wrong answer was, as Python writes it, cut; for readers. Verdicts from before show none.
ALTER TABLE verdicts ADD COLUMN returned TEXT NOT NULL DEFAULT '';
