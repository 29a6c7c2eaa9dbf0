-- Editions of the questions of a self-assessment; the one that ships is edition 1
-- and stands in the program. The last that was taken up is the one in use.
CREATE TABLE maturity_set (
	id {id}, edition BIGINT NOT NULL UNIQUE, name_en TEXT NOT NULL, name_zh TEXT NOT NULL, base TEXT NOT NULL, state TEXT NOT NULL, doc TEXT NOT NULL,
	questions BIGINT NOT NULL, made BIGINT NOT NULL, made_by BIGINT REFERENCES person (id), changed BIGINT NOT NULL, changed_by BIGINT REFERENCES person (id),
	published BIGINT, published_by BIGINT REFERENCES person (id), version BIGINT NOT NULL
);
CREATE TABLE maturity_set_use (id {id}, edition BIGINT NOT NULL, at BIGINT NOT NULL, taken_by BIGINT REFERENCES person (id));
