-- The problems whose errors go into operation with a release: a list of numbers.
ALTER TABLE release ADD COLUMN carried TEXT NOT NULL DEFAULT '';
