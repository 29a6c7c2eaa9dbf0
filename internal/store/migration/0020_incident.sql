CREATE TABLE incident (
	id BIGINT PRIMARY KEY REFERENCES record (id), description TEXT NOT NULL, category BIGINT, item BIGINT,
	impact INTEGER NOT NULL, urgency INTEGER NOT NULL, waiting TEXT NOT NULL, outside TEXT NOT NULL,
	solution TEXT NOT NULL, cause TEXT NOT NULL, ended_as TEXT NOT NULL
);
