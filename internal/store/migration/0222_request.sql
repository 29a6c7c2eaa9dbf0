CREATE TABLE request (
	id BIGINT PRIMARY KEY REFERENCES record (id), offering BIGINT NOT NULL, pin TEXT NOT NULL, answers TEXT NOT NULL, detail TEXT NOT NULL,
	for_whom BIGINT, author BIGINT, hours INTEGER NOT NULL, waiting TEXT NOT NULL, outside TEXT NOT NULL, refusal TEXT NOT NULL, ended_as TEXT NOT NULL,
	outcome TEXT NOT NULL, disputed INTEGER NOT NULL, submitted BIGINT, granted BIGINT, accepted BIGINT, fulfilled BIGINT, closed BIGINT,
	rating INTEGER NOT NULL, why_rating TEXT NOT NULL
);
CREATE INDEX request_offering ON request (offering, id);
-- What nobody has confirmed yet; see Silent.
CREATE INDEX request_fulfilled ON request (fulfilled) WHERE fulfilled IS NOT NULL AND closed IS NULL;
-- Definitions that records were made under, by the hash of their text.
CREATE TABLE pinned (hash TEXT PRIMARY KEY, doc TEXT NOT NULL);
