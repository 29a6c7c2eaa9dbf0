-- Where articles that were brought in from files came from: what each was called
-- there and what it said, as digests, so that the same file brings it in once.
CREATE TABLE article_origin (
	key TEXT PRIMARY KEY, hash TEXT NOT NULL, record BIGINT NOT NULL REFERENCES record (id), at BIGINT NOT NULL
);
CREATE INDEX article_origin_record ON article_origin (record);
