-- Problems that a rule proposes, with what speaks for them, and what became of
-- such.
CREATE TABLE candidate (id {id}, key TEXT NOT NULL UNIQUE, zone BIGINT NOT NULL, doc TEXT NOT NULL, found BIGINT NOT NULL, place INTEGER NOT NULL);
CREATE TABLE candidate_verdict (
	id {id}, doc TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL, problem BIGINT NOT NULL, found BIGINT NOT NULL, at BIGINT NOT NULL, by_whom BIGINT NOT NULL
);
CREATE INDEX candidate_verdict_at ON candidate_verdict (at);
-- How many incidents that were not given up were opened in each week, by what
-- they were about and the network; and when each week was counted last.
CREATE TABLE incident_week (
	week INTEGER NOT NULL, what TEXT NOT NULL, id BIGINT NOT NULL, zone BIGINT NOT NULL, n BIGINT NOT NULL,
	PRIMARY KEY (week, what, id, zone)
) {clustered};
CREATE TABLE incident_counted (week INTEGER PRIMARY KEY, at BIGINT NOT NULL);
CREATE INDEX incident_major ON incident (id) WHERE major;
