-- Links in mails by which one person answers one stage once. Only the hash of the secret is here.
CREATE TABLE approval_link (
	hash TEXT PRIMARY KEY, person BIGINT NOT NULL REFERENCES person (id), record BIGINT NOT NULL REFERENCES record (id), round BIGINT NOT NULL REFERENCES approval (id),
	stage INTEGER NOT NULL, subject TEXT NOT NULL, expires BIGINT NOT NULL, used BIGINT
);
CREATE INDEX approval_link_of ON approval_link (round, person);
CREATE INDEX approval_link_expires ON approval_link (expires);
