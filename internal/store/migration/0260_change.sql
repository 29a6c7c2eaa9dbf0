CREATE TABLE change (
	id BIGINT PRIMARY KEY REFERENCES record (id), type TEXT NOT NULL, category BIGINT, reason TEXT NOT NULL, description TEXT NOT NULL, items TEXT NOT NULL,
	model BIGINT, why_rejected TEXT NOT NULL, why_dropped TEXT NOT NULL,
	impact INTEGER NOT NULL, likelihood INTEGER NOT NULL, score INTEGER NOT NULL, class TEXT NOT NULL, why_otherwise TEXT NOT NULL,
	first_time BOOLEAN NOT NULL, untested BOOLEAN NOT NULL, hard_to_undo BOOLEAN NOT NULL, several_teams BOOLEAN NOT NULL, little_time BOOLEAN NOT NULL, outside_help BOOLEAN NOT NULL,
	shared BOOLEAN NOT NULL, networks BOOLEAN NOT NULL, exchange BOOLEAN NOT NULL, procedure TEXT NOT NULL, test TEXT NOT NULL, back_out TEXT NOT NULL, back_out_time INTEGER NOT NULL,
	communication TEXT NOT NULL, cost INTEGER NOT NULL, starts BIGINT, ends BIGINT, second BIGINT, evidence TEXT NOT NULL,
	first_voice BIGINT, other_voice BIGINT, spoken BIGINT, authorised BIGINT, recorded BIGINT, begun BIGINT, ended BIGINT, documented BIGINT, closed BIGINT,
	why_backed_out TEXT NOT NULL, why_failed TEXT NOT NULL, result TEXT NOT NULL, review TEXT NOT NULL, updated BOOLEAN NOT NULL
);
-- What is planned within a time, see Planned.
CREATE INDEX change_ends ON change (ends) WHERE ends IS NOT NULL;
-- How like changes went, see Past.
CREATE INDEX change_category ON change (category, closed) WHERE closed IS NOT NULL;
-- Whoever plans takes this row until his transaction ends, see Turn.
CREATE TABLE change_turn (id INTEGER PRIMARY KEY, n BIGINT NOT NULL);
INSERT INTO change_turn (id, n) VALUES (1, 0);
