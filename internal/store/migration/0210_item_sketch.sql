-- How people arranged drawings of the topology: the way each left a place, and
-- what he keeps under a name.
CREATE TABLE item_sketch (
	id {id}, place TEXT NOT NULL, owner BIGINT NOT NULL REFERENCES person (id), name TEXT NOT NULL, shared BIGINT NOT NULL, doc TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE UNIQUE INDEX item_sketch_own ON item_sketch (place, owner, name);
