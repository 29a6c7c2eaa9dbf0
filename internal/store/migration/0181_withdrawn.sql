-- Numbers that no record has any more since an import of history was taken
-- back, while later ones are in use: a gap that is told. "at" is set when the
-- undoing ends.
CREATE TABLE withdrawn (
	kind TEXT NOT NULL, low BIGINT NOT NULL, high BIGINT NOT NULL, import BIGINT NOT NULL REFERENCES history_import (id), at BIGINT,
	PRIMARY KEY (kind, low)
);
