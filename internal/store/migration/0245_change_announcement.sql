-- What users are told of changes before.
CREATE TABLE change_announcement (
	id {id}, change BIGINT NOT NULL, title_en TEXT NOT NULL, title_zh TEXT NOT NULL, text_en TEXT NOT NULL, text_zh TEXT NOT NULL, departments TEXT NOT NULL, services TEXT NOT NULL,
	starts BIGINT NOT NULL, ends BIGINT NOT NULL, zone BIGINT NOT NULL, sent BIGINT, sent_by BIGINT, told BIGINT NOT NULL, withdrawn BIGINT, by_whom BIGINT, at BIGINT NOT NULL, row_version BIGINT NOT NULL
);
CREATE INDEX change_announcement_change ON change_announcement (change);
CREATE INDEX change_announcement_ends ON change_announcement (ends) WHERE sent IS NOT NULL;
