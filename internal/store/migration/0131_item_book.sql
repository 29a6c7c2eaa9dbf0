-- What stands beside items: files, baselines, discrepancies found between the
-- record and reality.
CREATE TABLE item_file (
	id {id}, item BIGINT NOT NULL REFERENCES item (id), file BIGINT NOT NULL REFERENCES file (id), name TEXT NOT NULL, by_whom BIGINT, at BIGINT NOT NULL
);
CREATE INDEX item_file_item ON item_file (item, id);
CREATE INDEX item_file_file ON item_file (file);
CREATE TABLE baseline (
	id {id}, name TEXT NOT NULL, about TEXT NOT NULL, at BIGINT NOT NULL, by_whom BIGINT, by_name TEXT NOT NULL,
	items BIGINT NOT NULL, relations BIGINT NOT NULL, reach TEXT NOT NULL, doc {bytes} NOT NULL
);
CREATE TABLE discrepancy (
	id {id}, item BIGINT NOT NULL REFERENCES item (id), kind TEXT NOT NULL, field TEXT NOT NULL, held TEXT NOT NULL, found TEXT NOT NULL,
	origin TEXT NOT NULL, state TEXT NOT NULL, owner BIGINT REFERENCES person (id), reason TEXT NOT NULL,
	at BIGINT NOT NULL, by_whom BIGINT, moved BIGINT NOT NULL, moved_by BIGINT, version BIGINT NOT NULL
);
CREATE UNIQUE INDEX discrepancy_open ON discrepancy (item, kind, field) WHERE state IN ('found', 'assigned');
CREATE INDEX discrepancy_state ON discrepancy (state, id);
CREATE INDEX discrepancy_item ON discrepancy (item, id);
