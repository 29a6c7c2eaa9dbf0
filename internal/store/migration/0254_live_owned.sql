-- What somebody has open, and what nobody has, is counted off an index each: a
-- list of all that is open can take neither for its own order.
DROP INDEX record_live_owner;
CREATE INDEX record_live_owner ON record (kind, owner, due, id, team, zone, department, requester, state, live) WHERE live AND owner IS NOT NULL;
CREATE INDEX record_live_unowned ON record (kind, due, id, team, zone, department, requester, state) WHERE live AND owner IS NULL;
