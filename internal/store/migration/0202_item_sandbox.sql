-- Changes of the items that somebody thinks about, kept under a name.
CREATE TABLE item_sandbox (
	id {id}, name TEXT NOT NULL, owner BIGINT NOT NULL REFERENCES person (id), shared BIGINT NOT NULL, doc TEXT NOT NULL, at BIGINT NOT NULL, version BIGINT NOT NULL
);
CREATE INDEX item_sandbox_owner ON item_sandbox (owner);
