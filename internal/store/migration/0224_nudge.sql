-- What people are told about things that are no records: each once by kind and target.
CREATE TABLE nudge (
	id {id}, person BIGINT NOT NULL REFERENCES person (id), what TEXT NOT NULL, target BIGINT NOT NULL, name_en TEXT NOT NULL, name_zh TEXT NOT NULL, place TEXT NOT NULL,
	at BIGINT NOT NULL, bell BOOLEAN NOT NULL, read BIGINT,
	UNIQUE (what, target, person)
);
CREATE INDEX nudge_person ON nudge (person, id) WHERE bell;
