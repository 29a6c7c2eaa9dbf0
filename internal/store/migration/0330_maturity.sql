-- Self-assessments of maturity. What each assessor answered stands by itself; the
-- result of a signed one is a document under its hash.
CREATE TABLE maturity_assessment (
	id {id}, name_en TEXT NOT NULL, name_zh TEXT NOT NULL, unit TEXT NOT NULL, question_set TEXT NOT NULL, day BIGINT NOT NULL, state TEXT NOT NULL,
	assessors TEXT NOT NULL, targets TEXT NOT NULL, overrides TEXT NOT NULL, made BIGINT NOT NULL, made_by BIGINT REFERENCES person (id),
	signed BIGINT, signed_by BIGINT REFERENCES person (id), hash TEXT NOT NULL, version BIGINT NOT NULL,
	answers BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE maturity_mark (
	id {id}, assessment BIGINT NOT NULL REFERENCES maturity_assessment (id), person BIGINT NOT NULL REFERENCES person (id), question TEXT NOT NULL,
	answer TEXT NOT NULL, comment TEXT NOT NULL, evidence TEXT NOT NULL, changed BIGINT NOT NULL,
	UNIQUE (assessment, person, question)
);
CREATE TABLE maturity_file (
	id {id}, assessment BIGINT NOT NULL REFERENCES maturity_assessment (id), question TEXT NOT NULL, person BIGINT NOT NULL REFERENCES person (id),
	file BIGINT NOT NULL REFERENCES file (id), name TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX maturity_file_assessment ON maturity_file (assessment, id);
CREATE INDEX maturity_file_file ON maturity_file (file);
CREATE TABLE maturity_result (
	assessment BIGINT PRIMARY KEY REFERENCES maturity_assessment (id), doc TEXT NOT NULL
);
