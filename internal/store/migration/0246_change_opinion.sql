-- Assessments of changes by roles.
CREATE TABLE change_opinion (
	id {id}, change BIGINT NOT NULL, role TEXT NOT NULL, asked TEXT NOT NULL, asked_by BIGINT, asked_at BIGINT NOT NULL,
	stand TEXT NOT NULL, text TEXT NOT NULL, by_whom BIGINT, at BIGINT, dropped BIGINT, row_version BIGINT NOT NULL
);
CREATE INDEX change_opinion_change ON change_opinion (change);
