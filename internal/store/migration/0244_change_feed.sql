-- Private addresses at which programs read the calendar of changes.
CREATE TABLE change_feed (
	id {id}, person BIGINT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, made BIGINT NOT NULL, seen BIGINT, revoked BIGINT
);
CREATE INDEX change_feed_person ON change_feed (person) WHERE revoked IS NULL;
