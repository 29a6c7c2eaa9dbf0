-- What was brought in from other tools: each log, each case with the record it
-- became, and what was added to the settings for it, so that a log is known
-- again and all of it can be taken back.
CREATE TABLE history_import (
	id BIGINT PRIMARY KEY REFERENCES batch (id), source TEXT NOT NULL, file TEXT NOT NULL, map TEXT NOT NULL,
	at BIGINT NOT NULL, by_whom BIGINT REFERENCES person (id), done BOOLEAN NOT NULL, undone BIGINT, result TEXT NOT NULL
);
CREATE TABLE history_case (
	record BIGINT PRIMARY KEY REFERENCES record (id), import BIGINT NOT NULL REFERENCES history_import (id),
	source TEXT NOT NULL, code TEXT NOT NULL, hash TEXT NOT NULL, in_target BOOLEAN,
	UNIQUE (source, code)
);
CREATE INDEX history_case_import ON history_case (import, record);
CREATE TABLE history_made (
	import BIGINT NOT NULL REFERENCES history_import (id), kind TEXT NOT NULL, thing BIGINT NOT NULL,
	PRIMARY KEY (import, kind, thing)
);
CREATE INDEX attachment_entry ON attachment (entry);
