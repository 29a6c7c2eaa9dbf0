-- What stands beside a record: files in chunks, tasks, drafts, bulk actions.
CREATE TABLE file (
	id {id}, sha256 TEXT UNIQUE, size BIGINT NOT NULL, type TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE TABLE file_chunk (
	file BIGINT NOT NULL REFERENCES file (id), n BIGINT NOT NULL, data {bytes} NOT NULL,
	PRIMARY KEY (file, n)
);
CREATE TABLE file_holder (
	file BIGINT NOT NULL REFERENCES file (id), person BIGINT NOT NULL, at BIGINT NOT NULL,
	PRIMARY KEY (file, person)
);
CREATE TABLE attachment (
	id {id}, record BIGINT NOT NULL REFERENCES record (id), entry BIGINT NOT NULL REFERENCES timeline (id),
	file BIGINT NOT NULL REFERENCES file (id), name TEXT NOT NULL, public BOOLEAN NOT NULL, by_whom BIGINT, at BIGINT NOT NULL
);
CREATE INDEX attachment_record ON attachment (record, id);
CREATE INDEX attachment_file ON attachment (file);
CREATE TABLE task (
	id {id}, record BIGINT NOT NULL REFERENCES record (id), title TEXT NOT NULL, team BIGINT, owner BIGINT REFERENCES person (id),
	due BIGINT, state TEXT NOT NULL, checks TEXT NOT NULL, moved BIGINT NOT NULL
);
CREATE INDEX task_record ON task (record, id);
CREATE INDEX task_owner ON task (owner, due) WHERE state = 'open';
CREATE TABLE draft (
	person BIGINT NOT NULL REFERENCES person (id), place TEXT NOT NULL, doc TEXT NOT NULL, at BIGINT NOT NULL, version BIGINT NOT NULL,
	PRIMARY KEY (person, place)
);
CREATE TABLE batch (
	id {id}, kind TEXT NOT NULL, deed TEXT NOT NULL, by_whom BIGINT REFERENCES person (id), at BIGINT NOT NULL, undone BIGINT, loud BOOLEAN NOT NULL
);
CREATE INDEX timeline_batch ON timeline (batch, record) WHERE batch IS NOT NULL;
