-- How ready the people of each process are. The staff pulse is kept as sums: what
-- one person answered is written nowhere, only that he has.
CREATE TABLE readiness_process (
	id {id}, process TEXT NOT NULL UNIQUE, doc TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE TABLE readiness_person (
	person BIGINT PRIMARY KEY REFERENCES person (id), doc TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE TABLE readiness_pulse (
	id {id}, opens BIGINT NOT NULL, ends BIGINT NOT NULL, closed BIGINT, made BIGINT NOT NULL, made_by BIGINT REFERENCES person (id), version BIGINT NOT NULL
);
CREATE TABLE readiness_tally (
	pulse BIGINT NOT NULL REFERENCES readiness_pulse (id), process TEXT NOT NULL, n BIGINT NOT NULL, total BIGINT NOT NULL,
	PRIMARY KEY (pulse, process)
);
CREATE TABLE readiness_given (
	pulse BIGINT NOT NULL REFERENCES readiness_pulse (id), person BIGINT NOT NULL REFERENCES person (id), process TEXT NOT NULL,
	PRIMARY KEY (pulse, person, process)
);
