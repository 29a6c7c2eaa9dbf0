-- Management reviews: what they asked, what they found, what they decided, and
-- what is to be seen to since.
CREATE TABLE management_review (
	id {id}, kind TEXT NOT NULL, name_en TEXT NOT NULL, name_zh TEXT NOT NULL, change BIGINT NOT NULL, at BIGINT NOT NULL, state TEXT NOT NULL,
	doc TEXT NOT NULL, made BIGINT NOT NULL, made_by BIGINT, pending INTEGER NOT NULL, version BIGINT NOT NULL
);
CREATE INDEX management_review_at ON management_review (at);
CREATE INDEX management_review_change ON management_review (change) WHERE change <> 0;
