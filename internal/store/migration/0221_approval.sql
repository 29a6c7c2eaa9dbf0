-- Decisions asked for on records: stages with their seats and answers as a document, and beside it whose answer is waited for.
CREATE TABLE approval (
	id {id}, record BIGINT NOT NULL REFERENCES record (id), opened BIGINT NOT NULL, closed BIGINT, verdict TEXT NOT NULL, stage INTEGER NOT NULL,
	next BIGINT, barred TEXT NOT NULL, stages TEXT NOT NULL
);
CREATE INDEX approval_record ON approval (record, id);
CREATE INDEX approval_next ON approval (next) WHERE next IS NOT NULL;
CREATE TABLE approval_waiting (
	person BIGINT NOT NULL REFERENCES person (id), approval BIGINT NOT NULL REFERENCES approval (id), record BIGINT NOT NULL REFERENCES record (id), since BIGINT NOT NULL,
	PRIMARY KEY (person, approval)
);
CREATE INDEX approval_waiting_of ON approval_waiting (approval);
-- Who stands in for whom while he is away; one arrangement a person.
CREATE TABLE deputy (
	person BIGINT PRIMARY KEY REFERENCES person (id), deputy BIGINT NOT NULL REFERENCES person (id), since BIGINT NOT NULL, until BIGINT NOT NULL
);
CREATE INDEX deputy_of ON deputy (deputy);
-- Tasks that come from a plan: their turn, their name in it, what was noted when they were done.
ALTER TABLE task ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN plan TEXT NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN answers TEXT NOT NULL DEFAULT '';
