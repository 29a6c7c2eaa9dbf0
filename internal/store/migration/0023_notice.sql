CREATE TABLE notice (
	id {id}, person BIGINT NOT NULL REFERENCES person (id), record BIGINT NOT NULL REFERENCES record (id), entry BIGINT NOT NULL REFERENCES timeline (id),
	what TEXT NOT NULL, at BIGINT NOT NULL, bell BOOLEAN NOT NULL, mail BIGINT, read BIGINT, sent BIGINT,
	UNIQUE (person, entry)
);
CREATE INDEX notice_unread ON notice (person, record) WHERE read IS NULL AND bell;
CREATE INDEX notice_person ON notice (person, id) WHERE bell;
CREATE INDEX notice_unsent ON notice (mail) WHERE mail IS NOT NULL AND sent IS NULL AND read IS NULL;
