-- The ledger of mail.
CREATE TABLE mail (
	id {id}, key TEXT NOT NULL UNIQUE, person BIGINT NOT NULL REFERENCES person (id), address TEXT NOT NULL, name TEXT NOT NULL, lang TEXT NOT NULL,
	what TEXT NOT NULL, about TEXT NOT NULL, number BIGINT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, staff BOOLEAN NOT NULL, board BOOLEAN NOT NULL,
	entry BIGINT NOT NULL, n BIGINT NOT NULL, at BIGINT NOT NULL, due BIGINT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL,
	reason TEXT NOT NULL, message TEXT NOT NULL, sent BIGINT
);
CREATE INDEX mail_due ON mail (due, id) WHERE state = 'waiting' OR state = 'failed';
-- The secret with which Message-IDs are signed.
CREATE TABLE mail_secret (one INTEGER PRIMARY KEY, secret TEXT NOT NULL);
