-- What people said of differences of the configuration without a change.
CREATE TABLE drift (
	id {id}, kind TEXT NOT NULL, target BIGINT NOT NULL, item BIGINT NOT NULL REFERENCES item (id), change BIGINT, why TEXT NOT NULL, by_whom BIGINT, at BIGINT NOT NULL,
	UNIQUE (kind, target, item)
);
-- What sources changed within a time, see Drifts.
CREATE INDEX item_history_imported ON item_history (at) WHERE import IS NOT NULL;
CREATE INDEX discrepancy_at ON discrepancy (at);
