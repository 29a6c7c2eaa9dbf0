-- Files of a management review: of its minutes, or that show a point of its
-- checklist, a condition or an action (part, and the place there from 0). The zone
-- is the one to be cleared for to know of the file; none for whoever may read the
-- review.
CREATE TABLE management_review_file (
	id {id}, review BIGINT NOT NULL REFERENCES management_review (id), part TEXT NOT NULL, n INTEGER NOT NULL, person BIGINT NOT NULL REFERENCES person (id),
	file BIGINT NOT NULL REFERENCES file (id), zone BIGINT NOT NULL, name TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX management_review_file_review ON management_review_file (review, id);
CREATE INDEX management_review_file_file ON management_review_file (file);
