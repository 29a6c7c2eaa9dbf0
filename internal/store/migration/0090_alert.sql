-- Which saved view shows a person more than it should, since when, and whether
-- he has seen that. One row for each, so that every crossing is told once.
CREATE TABLE alert (
	id {id}, person BIGINT NOT NULL REFERENCES person (id), view BIGINT NOT NULL, most BIGINT NOT NULL, at BIGINT NOT NULL,
	above BOOLEAN NOT NULL, bell BOOLEAN NOT NULL, read BIGINT,
	UNIQUE (person, view)
);
CREATE INDEX alert_above ON alert (person, view) WHERE above;
-- The saved view that a mail is about, when it is about no record.
ALTER TABLE mail ADD COLUMN view TEXT NOT NULL DEFAULT '';
