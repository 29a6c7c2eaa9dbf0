CREATE TABLE problem (
	id BIGINT PRIMARY KEY REFERENCES record (id), description TEXT NOT NULL, symptom TEXT NOT NULL, source TEXT NOT NULL, category BIGINT, item BIGINT,
	impact INTEGER NOT NULL, urgency INTEGER NOT NULL, major BOOLEAN NOT NULL, why_rejected TEXT NOT NULL,
	method TEXT NOT NULL, root_cause TEXT NOT NULL, cause BIGINT, workaround TEXT NOT NULL, public BOOLEAN NOT NULL, published BIGINT,
	proposal TEXT NOT NULL, change TEXT NOT NULL, no_change TEXT NOT NULL, fixed BIGINT, watch_until BIGINT, recurred INTEGER NOT NULL,
	risk TEXT NOT NULL, review_on BIGINT, accepted_by BIGINT, review TEXT NOT NULL, resolved BIGINT, closed BIGINT
);
-- What is offered: the published ones of an item, or of a service and category.
CREATE INDEX problem_item ON problem (item) WHERE published IS NOT NULL;
CREATE INDEX problem_category ON problem (category) WHERE published IS NOT NULL;
