-- A case that a later log tells on: which import told it last and in how many
-- rows, and what stood there before, so that taking that import back restores it.
ALTER TABLE history_case ADD COLUMN told BIGINT;
ALTER TABLE history_case ADD COLUMN told_rows BIGINT NOT NULL DEFAULT 0;
CREATE INDEX history_case_told ON history_case (told) WHERE told IS NOT NULL;
CREATE TABLE history_before (
	import BIGINT NOT NULL REFERENCES history_import (id), record BIGINT NOT NULL REFERENCES record (id),
	hash TEXT NOT NULL, told BIGINT, told_rows BIGINT NOT NULL, in_target BOOLEAN, whole TEXT NOT NULL,
	PRIMARY KEY (import, record)
);
CREATE INDEX history_before_record ON history_before (record);
