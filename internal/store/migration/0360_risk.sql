-- The risk register.
CREATE TABLE risk (
	id BIGINT PRIMARY KEY REFERENCES record (id), condition TEXT NOT NULL, consequence TEXT NOT NULL, process TEXT NOT NULL,
	probability INTEGER NOT NULL, impact INTEGER NOT NULL, exposure INTEGER NOT NULL, within TEXT NOT NULL, response TEXT NOT NULL,
	mitigation TEXT NOT NULL, trigger TEXT NOT NULL, contingency TEXT NOT NULL, review_on BIGINT,
	occurred BIGINT, times INTEGER NOT NULL, closed BIGINT, why_dropped TEXT NOT NULL, lesson TEXT NOT NULL
);
-- Open risks by exposure: the top ten.
CREATE INDEX risk_exposure ON risk (exposure DESC, id) WHERE closed IS NULL AND exposure > 0;
