-- What recurring operations came to: one row each time, by plan and the moment
-- that its rule gives, so that it is made once whichever node makes it.
CREATE TABLE operation_run (
	id {id}, plan BIGINT NOT NULL REFERENCES setting (id), planned BIGINT NOT NULL, name_en TEXT NOT NULL, name_zh TEXT NOT NULL, kind TEXT NOT NULL,
	at BIGINT NOT NULL, due BIGINT NOT NULL, team BIGINT NOT NULL, zone BIGINT NOT NULL, department BIGINT NOT NULL, owner BIGINT REFERENCES person (id), state TEXT NOT NULL, why TEXT NOT NULL,
	results TEXT NOT NULL, note TEXT NOT NULL, ended BIGINT, ended_by BIGINT REFERENCES person (id), incident TEXT NOT NULL, version BIGINT NOT NULL,
	UNIQUE (plan, planned)
);
CREATE INDEX operation_run_at ON operation_run (at, id);
CREATE INDEX operation_run_open ON operation_run (at, id) WHERE state IN ('due', 'missed');
CREATE INDEX operation_run_due ON operation_run (due) WHERE state = 'due';
