-- What others tell of work that they plan: the province and suppliers.
CREATE TABLE work_notice (
	id {id}, source TEXT NOT NULL, who TEXT NOT NULL, ref TEXT NOT NULL, title TEXT NOT NULL, impact TEXT NOT NULL, starts BIGINT NOT NULL, ends BIGINT NOT NULL,
	items TEXT NOT NULL, services TEXT NOT NULL, zone BIGINT NOT NULL, whole BOOLEAN NOT NULL, withdrawn BOOLEAN NOT NULL, by_whom BIGINT, at BIGINT NOT NULL, row_version BIGINT NOT NULL
);
CREATE UNIQUE INDEX work_notice_ref ON work_notice (zone, source, who, ref) WHERE ref <> '';
CREATE INDEX work_notice_ends ON work_notice (ends);
