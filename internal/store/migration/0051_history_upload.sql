-- Logs that were sent in through the page, until they are brought in or a day
-- has passed; in the database, so that every node can read them.
CREATE TABLE history_upload (
	id {id}, by_whom BIGINT, name TEXT NOT NULL, size BIGINT NOT NULL, map TEXT NOT NULL, at BIGINT NOT NULL, import BIGINT
);
CREATE TABLE history_upload_chunk (
	upload BIGINT NOT NULL REFERENCES history_upload (id), n BIGINT NOT NULL, data {bytes} NOT NULL,
	PRIMARY KEY (upload, n)
);
