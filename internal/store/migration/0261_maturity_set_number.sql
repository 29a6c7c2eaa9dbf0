-- The highest number that a question of each process and level ever had in an
-- edition, so that a new one is found without reading all of them. '' is: not known.
ALTER TABLE maturity_set ADD COLUMN numbers TEXT NOT NULL DEFAULT '';
