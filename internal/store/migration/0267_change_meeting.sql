-- Meetings of the change advisory board and of the emergency committee.
CREATE TABLE change_meeting (
	id {id}, kind TEXT NOT NULL, phone BOOLEAN NOT NULL, place TEXT NOT NULL, starts BIGINT NOT NULL, ends BIGINT NOT NULL, state TEXT NOT NULL, chair BIGINT,
	members TEXT NOT NULL, present TEXT NOT NULL, points TEXT NOT NULL, minutes TEXT NOT NULL, actions TEXT NOT NULL, by_whom BIGINT, at BIGINT NOT NULL,
	opened BIGINT, closed BIGINT, row_version BIGINT NOT NULL
);
CREATE INDEX change_meeting_starts ON change_meeting (starts);
