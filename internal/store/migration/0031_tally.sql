-- Counters, with days: "stock" is what there is now by state and priority
-- (day 0); "opened", "done", "first", "cancelled", "reopened" count what
-- happened on a day (days since 1970 where the centre is).
DROP TABLE tally;
DROP TABLE tally_delta;
CREATE TABLE tally (
	kind TEXT NOT NULL, what TEXT NOT NULL, day INTEGER NOT NULL, state TEXT NOT NULL,
	zone BIGINT NOT NULL, department BIGINT NOT NULL, team BIGINT NOT NULL, service BIGINT NOT NULL, priority INTEGER NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (kind, what, day, state, zone, department, team, service, priority)
) {clustered};
CREATE TABLE tally_delta (
	id {id}, kind TEXT NOT NULL, what TEXT NOT NULL, day INTEGER NOT NULL, state TEXT NOT NULL,
	zone BIGINT NOT NULL, department BIGINT NOT NULL, team BIGINT NOT NULL, service BIGINT NOT NULL, priority INTEGER NOT NULL,
	n BIGINT NOT NULL
);
-- What lists, scopes and the board of live records ask of a row stands in the
-- index itself.
DROP INDEX record_live_opened;
CREATE INDEX record_live_opened ON record (kind, opened, id, zone, team, department, owner, requester, due, priority, state, service) WHERE live;
CREATE INDEX party_watcher ON party (person, record) WHERE role = 'watcher';
CREATE INDEX record_owner ON record (owner, moved, id);
