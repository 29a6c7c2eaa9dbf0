-- Satisfaction surveys. Who was asked (survey_invite) and what was answered
-- (survey_answer, survey_comment) have no column in common but wave, side and
-- department, and neither has a time: see practice/survey/wave and docs/surveys.md.
CREATE TABLE survey_instrument (
	id {id}, name_en TEXT NOT NULL, name_zh TEXT NOT NULL, retired BOOLEAN NOT NULL, changed BIGINT NOT NULL, version BIGINT NOT NULL
);
CREATE TABLE survey_sheet (
	id {id}, instrument BIGINT NOT NULL REFERENCES survey_instrument (id), number INTEGER NOT NULL, made BIGINT NOT NULL, made_by BIGINT REFERENCES person (id), doc TEXT NOT NULL,
	UNIQUE (instrument, number)
);
CREATE TABLE survey_wave (
	id {id}, name_en TEXT NOT NULL, name_zh TEXT NOT NULL, source TEXT NOT NULL, sheet BIGINT REFERENCES survey_sheet (id), pilot BOOLEAN NOT NULL, state TEXT NOT NULL,
	begins BIGINT, ends BIGINT, seed BIGINT NOT NULL, plan TEXT NOT NULL, strata TEXT NOT NULL, begun INTEGER NOT NULL,
	made BIGINT NOT NULL, made_by BIGINT REFERENCES person (id), opened BIGINT, closed BIGINT, frozen BIGINT, told BIGINT, purged BIGINT, version BIGINT NOT NULL
);
CREATE INDEX survey_wave_sheet ON survey_wave (sheet);
CREATE TABLE survey_invite (
	id {id}, wave BIGINT NOT NULL REFERENCES survey_wave (id), person BIGINT NOT NULL REFERENCES person (id), side TEXT NOT NULL, department BIGINT,
	door TEXT NOT NULL, token TEXT NOT NULL, answered BOOLEAN NOT NULL,
	UNIQUE (wave, person)
);
CREATE INDEX survey_invite_person ON survey_invite (person);
CREATE UNIQUE INDEX survey_invite_door ON survey_invite (door) WHERE door <> '';
CREATE UNIQUE INDEX survey_invite_token ON survey_invite (token) WHERE token <> '';
CREATE TABLE survey_answer (
	id TEXT {binary} PRIMARY KEY, wave BIGINT NOT NULL REFERENCES survey_wave (id), side TEXT NOT NULL, department BIGINT, done BOOLEAN NOT NULL, doc TEXT NOT NULL
) {clustered};
CREATE INDEX survey_answer_wave ON survey_answer (wave, id);
CREATE TABLE survey_comment (
	id TEXT {binary} PRIMARY KEY, wave BIGINT NOT NULL REFERENCES survey_wave (id), side TEXT NOT NULL, question TEXT NOT NULL, department BIGINT, text TEXT NOT NULL
) {clustered};
CREATE INDEX survey_comment_wave ON survey_comment (wave, id);
CREATE TABLE survey_result (
	wave BIGINT PRIMARY KEY REFERENCES survey_wave (id), n INTEGER NOT NULL, seed BIGINT NOT NULL, made BIGINT NOT NULL, hash TEXT NOT NULL, doc TEXT NOT NULL
);
