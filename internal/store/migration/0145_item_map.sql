CREATE TABLE item_map (
	source TEXT NOT NULL, ties INTEGER NOT NULL, doc TEXT NOT NULL, at BIGINT NOT NULL, by_whom BIGINT REFERENCES person (id),
	PRIMARY KEY (source, ties)
);
