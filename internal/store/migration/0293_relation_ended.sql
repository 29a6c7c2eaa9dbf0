-- The import that ended a relation; NULL where a person did, or where it holds.
ALTER TABLE relation ADD COLUMN ended_import BIGINT;
CREATE INDEX relation_ended ON relation (until) WHERE ended_import IS NOT NULL;
