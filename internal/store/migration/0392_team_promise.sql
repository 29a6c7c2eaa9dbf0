-- What came of what a team promised the others with each incident it resolved, so that
-- a period is added up and not replayed, and up to when and by which agreements that was
-- counted.
CREATE TABLE team_promise (
	record BIGINT PRIMARY KEY REFERENCES record (id), agreement BIGINT NOT NULL, resolved BIGINT NOT NULL, met BOOLEAN NOT NULL
);
CREATE INDEX team_promise_resolved ON team_promise (resolved, agreement, met, record);
CREATE TABLE team_promise_counted (one INTEGER PRIMARY KEY, at BIGINT NOT NULL, book TEXT NOT NULL, imports TEXT NOT NULL);
CREATE INDEX incident_resolved ON incident (resolved) WHERE resolved IS NOT NULL;
