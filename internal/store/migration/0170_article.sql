CREATE TABLE article (
	id BIGINT PRIMARY KEY REFERENCES record (id),
	title_en TEXT NOT NULL, title_zh TEXT NOT NULL, text_en TEXT NOT NULL, text_zh TEXT NOT NULL, keywords TEXT NOT NULL,
	category BIGINT, item BIGINT, audience TEXT NOT NULL, crew BIGINT,
	shown_title_en TEXT NOT NULL, shown_title_zh TEXT NOT NULL, shown_text_en TEXT NOT NULL, shown_text_zh TEXT NOT NULL,
	edition INTEGER NOT NULL, published BIGINT, reviewer BIGINT, reviewed_by BIGINT, review_on BIGINT, checked BIGINT,
	stale TEXT NOT NULL, stale_since BIGINT, source TEXT NOT NULL
);
-- How often an article was used on a day, the day as milliseconds of its midnight.
CREATE TABLE article_tally (
	record BIGINT NOT NULL REFERENCES record (id), day BIGINT NOT NULL,
	viewed BIGINT NOT NULL, applied BIGINT NOT NULL, deflected BIGINT NOT NULL,
	PRIMARY KEY (record, day)
);
CREATE INDEX article_tally_day ON article_tally (day);
-- Whom it has helped on which day, so that each of them counts once; forgotten
-- when the day is over.
CREATE TABLE article_help (
	record BIGINT NOT NULL REFERENCES record (id), person BIGINT NOT NULL REFERENCES person (id), day BIGINT NOT NULL,
	PRIMARY KEY (record, person)
);
CREATE TABLE article_rating (
	record BIGINT NOT NULL REFERENCES record (id), person BIGINT NOT NULL REFERENCES person (id),
	at BIGINT NOT NULL, helpful BOOLEAN NOT NULL, reason TEXT NOT NULL,
	PRIMARY KEY (record, person)
);
CREATE INDEX article_rating_at ON article_rating (at);
