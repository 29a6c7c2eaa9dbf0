-- Who wants to hear of a major incident that is on the notice board.
CREATE TABLE board_follow (
	number BIGINT NOT NULL, person BIGINT NOT NULL REFERENCES person (id), at BIGINT NOT NULL,
	PRIMARY KEY (number, person)
);
CREATE INDEX board_follow_person ON board_follow (person);
