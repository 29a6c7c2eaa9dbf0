-- Files waiting between the steps of an import; they are forgotten after a day.
CREATE TABLE upload (
	token TEXT PRIMARY KEY, by_whom BIGINT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, content {bytes} NOT NULL
);
CREATE INDEX upload_at ON upload (at);
