-- What somebody has open is counted off one index that has all that is asked of
-- it, past none of the thousands that he has closed.
DROP INDEX record_live_owner;
CREATE INDEX record_live_owner ON record (kind, owner, due, id, team, zone, department, requester, state, live) WHERE live;
