CREATE TABLE incident (
	id BIGINT PRIMARY KEY REFERENCES record (id), description TEXT NOT NULL, channel TEXT NOT NULL, category BIGINT,
	item BIGINT, no_item TEXT NOT NULL, impact INTEGER NOT NULL, urgency INTEGER NOT NULL, vip BOOLEAN NOT NULL, hall BOOLEAN NOT NULL,
	override INTEGER NOT NULL, why_priority TEXT NOT NULL, waiting TEXT NOT NULL, outside TEXT NOT NULL,
	room TEXT NOT NULL, callback TEXT NOT NULL,
	solution TEXT NOT NULL, cause BIGINT, ended_as TEXT NOT NULL, duplicate_of BIGINT, merged_into BIGINT, line INTEGER NOT NULL,
	escalation TEXT NOT NULL, major BOOLEAN NOT NULL, lead BIGINT, liaison BIGINT, scribe BIGINT,
	next_update BIGINT, report_due BIGINT, report TEXT NOT NULL,
	accepted BIGINT, resolved BIGINT, closed BIGINT, reopened INTEGER NOT NULL, reassigned INTEGER NOT NULL,
	first_contact BOOLEAN NOT NULL, rating INTEGER NOT NULL, why_rating TEXT NOT NULL
);
-- Resolved and waiting for the requester's silence to end.
CREATE INDEX incident_silent ON incident (resolved) WHERE resolved IS NOT NULL AND closed IS NULL;
CREATE INDEX incident_update ON incident (next_update) WHERE next_update IS NOT NULL;
CREATE INDEX incident_report ON incident (report_due) WHERE report_due IS NOT NULL;
CREATE INDEX incident_merged ON incident (merged_into) WHERE merged_into IS NOT NULL;
-- The public notice board is read from the timelines.
CREATE INDEX timeline_post ON timeline (at) WHERE deed = 'incident.post';
