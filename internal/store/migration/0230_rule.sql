-- What rules did: one row for each rule, record and cause, so that a rule fires
-- once on account of one thing. What did not fire is one row for each record
-- and cause, and kept for a shorter time; see rule.KeepMissed.
CREATE TABLE rule_run (
	id {id}, rule BIGINT NOT NULL, version BIGINT NOT NULL, record BIGINT NOT NULL REFERENCES record (id), cause TEXT NOT NULL, deed TEXT NOT NULL,
	at BIGINT NOT NULL, outcome TEXT NOT NULL, depth INTEGER NOT NULL, did TEXT NOT NULL, why TEXT NOT NULL,
	UNIQUE (record, rule, cause)
);
CREATE INDEX rule_run_rule ON rule_run (rule, at);
CREATE INDEX rule_run_at ON rule_run (at);
CREATE TABLE rule_miss (
	record BIGINT NOT NULL REFERENCES record (id), cause TEXT NOT NULL, deed TEXT NOT NULL, at BIGINT NOT NULL, misses TEXT NOT NULL,
	PRIMARY KEY (record, cause)
);
CREATE INDEX rule_miss_at ON rule_miss (at);
-- How each rule is doing: failures in a row, and whether it was set aside.
CREATE TABLE rule_standing (rule BIGINT PRIMARY KEY, version BIGINT NOT NULL, failures INTEGER NOT NULL, aside BIGINT NOT NULL, why TEXT NOT NULL, day TEXT NOT NULL);
-- Records on which a rule is considered when a time has come.
CREATE TABLE rule_wait (
	id {id}, rule BIGINT NOT NULL, record BIGINT NOT NULL REFERENCES record (id), entry BIGINT NOT NULL, deed TEXT NOT NULL, due BIGINT NOT NULL,
	UNIQUE (rule, entry)
);
CREATE INDEX rule_wait_due ON rule_wait (due);
