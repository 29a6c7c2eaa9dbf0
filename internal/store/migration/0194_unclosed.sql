-- Nearly all records are closed; what is in any other state is few, and is read
-- off one index with all that a scope asks.
CREATE INDEX record_unclosed ON record (kind, state, opened, id, zone, team, department, owner, requester) WHERE state <> 'closed';
