-- The review of a major problem, question by question; "review" stays what was learnt.
ALTER TABLE problem ADD COLUMN went_well TEXT NOT NULL DEFAULT '';
ALTER TABLE problem ADD COLUMN went_wrong TEXT NOT NULL DEFAULT '';
ALTER TABLE problem ADD COLUMN could_improve TEXT NOT NULL DEFAULT '';
ALTER TABLE problem ADD COLUMN prevention TEXT NOT NULL DEFAULT '';
ALTER TABLE problem ADD COLUMN supplier_next TEXT NOT NULL DEFAULT '';
