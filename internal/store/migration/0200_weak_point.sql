-- What was decided about single points of failure.
CREATE TABLE weak_point (
	item BIGINT PRIMARY KEY REFERENCES item (id), state TEXT NOT NULL, owner BIGINT REFERENCES person (id), note TEXT NOT NULL, review BIGINT,
	services TEXT NOT NULL, at BIGINT NOT NULL, by_whom BIGINT, version BIGINT NOT NULL
);
