-- While the readers of an announcement are told: up to which person they were; NULL when all were, or it is a draft.
ALTER TABLE change_announcement ADD COLUMN telling BIGINT;
CREATE INDEX change_announcement_telling ON change_announcement (id) WHERE telling IS NOT NULL;
