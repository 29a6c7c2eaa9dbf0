-- Answers kept for requests that are sent again with the same key.
CREATE TABLE answer (
	who TEXT NOT NULL, route TEXT NOT NULL, key TEXT NOT NULL, hash TEXT NOT NULL, status INTEGER NOT NULL,
	head TEXT NOT NULL, body {bytes}, at BIGINT NOT NULL, did TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (who, route, key)
);
CREATE INDEX answer_at ON answer (at);
