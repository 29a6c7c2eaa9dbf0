-- What somebody is told because he follows the notice board: it says no more than the board does, and leads there.
ALTER TABLE notice ADD COLUMN board BOOLEAN NOT NULL DEFAULT FALSE;
