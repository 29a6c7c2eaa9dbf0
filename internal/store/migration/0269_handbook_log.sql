-- What the event log said last night of the flows: how many cases of each zone
-- there were and how many went by the book, and what did not.
CREATE TABLE handbook_held (flow TEXT NOT NULL, zone BIGINT NOT NULL, since BIGINT NOT NULL, at BIGINT NOT NULL, cases BIGINT NOT NULL, regular BIGINT NOT NULL, PRIMARY KEY (flow, zone));
CREATE TABLE handbook_breach (
	id {id}, flow TEXT NOT NULL, record BIGINT NOT NULL, kind TEXT NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL
);
CREATE INDEX handbook_breach_flow ON handbook_breach (flow, kind, was, became, record);
