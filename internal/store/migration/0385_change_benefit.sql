-- What a change is worth to those it is for, in words and in whole yuan a year.
ALTER TABLE change ADD COLUMN benefit TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN gain INTEGER NOT NULL DEFAULT 0;
