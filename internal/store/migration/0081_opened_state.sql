-- A list by its newest is most often one of a state: it is found in the index
-- itself, without a look at each row.
DROP INDEX record_opened;
CREATE INDEX record_opened ON record (kind, opened, id, state);
