-- The search for the cause of a problem; every version stays.
CREATE TABLE analysis (id {id}, record BIGINT NOT NULL REFERENCES record (id), method TEXT NOT NULL, version INTEGER NOT NULL);
CREATE INDEX analysis_record ON analysis (record, id);
CREATE TABLE analysis_version (
	id {id}, analysis BIGINT NOT NULL REFERENCES analysis (id), version INTEGER NOT NULL, title TEXT NOT NULL, doc TEXT NOT NULL, at BIGINT NOT NULL, by_whom BIGINT REFERENCES person (id),
	UNIQUE (analysis, version)
);
