-- How officials were content with a record that has ended, and the duty to
-- answer a bad grade. Whose the record was when it was graded stands beside it,
-- under the names that scopes ask for; day is that of at where the centre is.
CREATE TABLE grade (
	id BIGINT PRIMARY KEY REFERENCES record (id), kind TEXT NOT NULL, requester BIGINT, owner BIGINT, team BIGINT, service BIGINT, department BIGINT, zone BIGINT,
	day INTEGER NOT NULL, value INTEGER NOT NULL, reason BIGINT, words TEXT NOT NULL, at BIGINT NOT NULL, by_whom BIGINT REFERENCES person (id),
	who BIGINT REFERENCES person (id), call_by BIGINT, answer_by BIGINT, called BIGINT, called_by BIGINT, note TEXT NOT NULL,
	answered BIGINT, answered_by BIGINT, answer TEXT NOT NULL, reminded BIGINT, escalated BIGINT, due BIGINT, next BIGINT
);
CREATE INDEX grade_day ON grade (day, kind, zone, department, team, service, value);
CREATE INDEX grade_at ON grade (at, id);
CREATE INDEX grade_due ON grade (due, id) WHERE due IS NOT NULL;
CREATE INDEX grade_next ON grade (next) WHERE next IS NOT NULL;
INSERT INTO grade (id, kind, requester, owner, team, service, department, zone, day, value, words, at, by_whom, note, answer)
	SELECT r.id, r.kind, r.requester, r.owner, r.team, r.service, r.department, r.zone, (coalesce(b.closed, r.moved) + 28800000) / 86400000, b.rating, b.why_rating, coalesce(b.closed, r.moved), r.requester, '', ''
	FROM record AS r JOIN incident AS b ON b.id = r.id WHERE b.rating > 0;
INSERT INTO grade (id, kind, requester, owner, team, service, department, zone, day, value, words, at, by_whom, note, answer)
	SELECT r.id, r.kind, r.requester, r.owner, r.team, r.service, r.department, r.zone, (coalesce(b.closed, r.moved) + 28800000) / 86400000, b.rating, b.why_rating, coalesce(b.closed, r.moved), r.requester, '', ''
	FROM record AS r JOIN request AS b ON b.id = r.id WHERE b.rating > 0;
ALTER TABLE incident DROP COLUMN why_rating;
ALTER TABLE request DROP COLUMN why_rating;
