-- Under which agreement a clock runs: 0 under none or one that is not known any
-- more, NULL for those of before this was kept, until it is worked out (clock_agreement.go).
ALTER TABLE clock ADD COLUMN agreement BIGINT;
CREATE INDEX clock_unplaced ON clock (record) WHERE agreement IS NULL;
-- What was broken in a period, and what is broken though it still runs.
CREATE INDEX clock_broke ON clock (broke, state, name, record, agreement) WHERE broke IS NOT NULL;
CREATE INDEX clock_late ON clock (due, name, record, agreement) WHERE state = 'running';
-- The months by agreement too; they are counted anew at once.
ALTER TABLE promise_month RENAME TO promise_month_before;
CREATE TABLE promise_month (
	what TEXT NOT NULL, month BIGINT NOT NULL, zone BIGINT NOT NULL, department BIGINT NOT NULL, team BIGINT NOT NULL, service BIGINT NOT NULL,
	met BIGINT NOT NULL, missed BIGINT NOT NULL, agreement BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (what, month, zone, department, team, service, agreement)
);
INSERT INTO promise_month (what, month, zone, department, team, service, met, missed) SELECT what, month, zone, department, team, service, met, missed FROM promise_month_before;
DROP TABLE promise_month_before;
DELETE FROM promise_counted;
