-- The duty log: shifts of teams, what was written down in them, what stays open
-- beyond them, and how they were handed over. Nothing is taken out again. run is an
-- operation_run, whose table comes after this one.
CREATE TABLE duty_shift (
	id {id}, team BIGINT NOT NULL REFERENCES setting (id), zone BIGINT NOT NULL, department BIGINT NOT NULL, begins BIGINT NOT NULL, ends BIGINT NOT NULL, who TEXT NOT NULL, by_hand BOOLEAN NOT NULL,
	opened BIGINT NOT NULL, opened_by BIGINT REFERENCES person (id), state TEXT NOT NULL, closed BIGINT, version BIGINT NOT NULL,
	UNIQUE (team, begins)
);
CREATE INDEX duty_shift_begins ON duty_shift (begins, id);
CREATE INDEX duty_shift_open ON duty_shift (team, begins) WHERE state <> 'closed';
CREATE TABLE duty_matter (
	id {id}, team BIGINT NOT NULL REFERENCES setting (id), shift BIGINT NOT NULL REFERENCES duty_shift (id), text TEXT NOT NULL, opened BIGINT NOT NULL, opened_by BIGINT NOT NULL REFERENCES person (id), carried BIGINT NOT NULL,
	closed BIGINT, closed_by BIGINT REFERENCES person (id), closed_in BIGINT REFERENCES duty_shift (id), result TEXT NOT NULL
);
CREATE INDEX duty_matter_open ON duty_matter (team, id) WHERE closed IS NULL;
CREATE INDEX duty_matter_shift ON duty_matter (shift);
CREATE INDEX duty_matter_closed ON duty_matter (closed_in) WHERE closed_in IS NOT NULL;
CREATE TABLE duty_entry (
	id {id}, shift BIGINT NOT NULL REFERENCES duty_shift (id), at BIGINT NOT NULL, written BIGINT NOT NULL, by_whom BIGINT NOT NULL REFERENCES person (id), kind TEXT NOT NULL, text TEXT NOT NULL, refs TEXT NOT NULL,
	run BIGINT, matter BIGINT REFERENCES duty_matter (id), corrects BIGINT REFERENCES duty_entry (id)
);
CREATE INDEX duty_entry_shift ON duty_entry (shift, at, id);
CREATE INDEX duty_entry_at ON duty_entry (at, id);
CREATE INDEX duty_entry_corrects ON duty_entry (corrects) WHERE corrects IS NOT NULL;
CREATE TABLE duty_handover (
	id {id}, shift BIGINT NOT NULL REFERENCES duty_shift (id), next BIGINT REFERENCES duty_shift (id), summary TEXT NOT NULL, lines TEXT NOT NULL, state TEXT NOT NULL,
	given BIGINT NOT NULL, given_by BIGINT NOT NULL REFERENCES person (id), answered BIGINT, answered_by BIGINT REFERENCES person (id), answer TEXT NOT NULL
);
CREATE INDEX duty_handover_shift ON duty_handover (shift, id);
