-- What was done to many items at once, so that it can be taken back as a whole;
-- the rows of the history say what it did to each. Origins are the sources of
-- the values it replaced.
CREATE TABLE item_batch (
	id {id}, move TEXT NOT NULL, fields TEXT NOT NULL, because TEXT NOT NULL, items BIGINT NOT NULL, origins TEXT NOT NULL,
	at BIGINT NOT NULL, by_whom BIGINT, name TEXT NOT NULL, undone BIGINT
);
CREATE INDEX item_batch_by ON item_batch (by_whom, id);
ALTER TABLE item_history ADD COLUMN batch BIGINT;
CREATE INDEX item_history_batch ON item_history (batch) WHERE batch IS NOT NULL;
