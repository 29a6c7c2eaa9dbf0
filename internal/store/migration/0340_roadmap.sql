-- Improvement programmes: what is decided about one is a document, its steps are
-- rows, for their owners work on them at the same time.
CREATE TABLE roadmap_programme (
	id {id}, name_en TEXT NOT NULL, name_zh TEXT NOT NULL, state TEXT NOT NULL, doc TEXT NOT NULL,
	made BIGINT NOT NULL, made_by BIGINT REFERENCES person (id), version BIGINT NOT NULL
);
CREATE TABLE roadmap_step (
	id {id}, programme BIGINT NOT NULL REFERENCES roadmap_programme (id), phase BIGINT NOT NULL, place BIGINT NOT NULL,
	kind TEXT NOT NULL, process TEXT NOT NULL, level BIGINT NOT NULL, state TEXT NOT NULL, owner BIGINT REFERENCES person (id),
	doc TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE INDEX roadmap_step_programme ON roadmap_step (programme, phase, place);
CREATE TABLE roadmap_weights (
	id {id}, doc TEXT NOT NULL, why TEXT NOT NULL, made BIGINT NOT NULL, made_by BIGINT REFERENCES person (id)
);
