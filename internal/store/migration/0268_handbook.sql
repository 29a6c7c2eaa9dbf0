-- Editions of the chapters of the process handbook. What is written, decided and
-- was running when it was approved are documents.
CREATE TABLE handbook_edition (
	id {id}, chapter TEXT NOT NULL, n BIGINT NOT NULL, state TEXT NOT NULL, doc TEXT NOT NULL, shot TEXT NOT NULL, version BIGINT NOT NULL,
	UNIQUE (chapter, n)
);
CREATE INDEX handbook_edition_open ON handbook_edition (chapter) WHERE state IN ('draft', 'asked');
