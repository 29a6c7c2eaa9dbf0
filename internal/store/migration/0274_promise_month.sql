-- How many promises to resolve an incident ended in a month, kept and broken,
-- counted each night: by all that decides who sees a record (what 'each'), and for
-- whoever sees all of it by zone and service alone (what 'sum'). 0 is none.
CREATE TABLE promise_month (
	what TEXT NOT NULL, month BIGINT NOT NULL, zone BIGINT NOT NULL, department BIGINT NOT NULL, team BIGINT NOT NULL, service BIGINT NOT NULL,
	met BIGINT NOT NULL, missed BIGINT NOT NULL,
	PRIMARY KEY (what, month, zone, department, team, service)
);
CREATE TABLE promise_counted (one INTEGER PRIMARY KEY, at BIGINT NOT NULL);
