-- Who approved a model of standard changes, in which form of it, or withdrew that; the last one holds.
CREATE TABLE change_model_consent (
	id {id}, model BIGINT NOT NULL, at BIGINT NOT NULL, by_whom BIGINT, withdrawn BOOLEAN NOT NULL, digest TEXT NOT NULL, reason TEXT NOT NULL
);
CREATE INDEX change_model_consent_model ON change_model_consent (model, id);
