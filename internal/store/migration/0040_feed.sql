-- The order of happenings that live pages follow, and who leads the duties.
CREATE TABLE feed (
	seq {id}, record BIGINT NOT NULL, kind TEXT NOT NULL, number BIGINT NOT NULL, deed TEXT NOT NULL, at BIGINT NOT NULL,
	by_whom BIGINT NOT NULL, public BOOLEAN NOT NULL, requester BIGINT NOT NULL, owner BIGINT NOT NULL, team BIGINT NOT NULL,
	department BIGINT NOT NULL, zone BIGINT NOT NULL, watchers TEXT NOT NULL, state TEXT NOT NULL, priority INTEGER NOT NULL
);
CREATE INDEX feed_at ON feed (at);
CREATE TABLE leader (one INTEGER PRIMARY KEY, node TEXT NOT NULL, until BIGINT NOT NULL);
