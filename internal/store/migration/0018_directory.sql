-- What persons are found by (a word beginning with what was typed), and the
-- imports of the directory with what they changed, so that they can be undone.
CREATE TABLE person_word (
	word TEXT {binary} NOT NULL, person BIGINT NOT NULL REFERENCES person (id),
	PRIMARY KEY (word, person)
);
CREATE INDEX person_word_person ON person_word (person);
CREATE INDEX person_name ON person (name);
CREATE INDEX person_changed ON person (changed);
CREATE INDEX person_department ON person (department) WHERE NOT retired;
CREATE TABLE setting_import (
	id {id}, at BIGINT NOT NULL, by_whom BIGINT REFERENCES person (id), name TEXT NOT NULL,
	kind TEXT NOT NULL, file TEXT NOT NULL, added BIGINT NOT NULL, changed BIGINT NOT NULL, undone BIGINT, things TEXT NOT NULL
);
