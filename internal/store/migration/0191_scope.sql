-- Whoever sees a part of the records sees it through teams, departments, zones
-- or himself: each of these has an index in the order of a list, with what a
-- state and a clearance ask of a row in it, see reach.go.
DROP INDEX record_team;
CREATE INDEX record_team ON record (kind, team, opened, id, state, live, zone);
CREATE INDEX record_department ON record (kind, department, opened, id, state, live, zone);
CREATE INDEX record_zone ON record (kind, (coalesce(zone, 0)), opened, id, state, live);
CREATE INDEX record_owner_opened ON record (kind, owner, opened, id, state, live, zone);
-- Live records are few: any order of them is read off an index alone, whoever
-- looks.
DROP INDEX record_live_due;
CREATE INDEX record_live_due ON record (kind, due, id, zone, team, department, owner, requester, state) WHERE live;
DROP INDEX record_live_priority;
CREATE INDEX record_live_priority ON record (kind, priority, id, zone, team, department, owner, requester, state) WHERE live;
CREATE INDEX record_live_moved ON record (kind, moved, id, zone, team, department, owner, requester, state) WHERE live;
-- A list of what is done does not step over what is open, which stands at its
-- head.
DROP INDEX record_opened;
CREATE INDEX record_opened ON record (kind, opened, id);
CREATE INDEX record_done_opened ON record (kind, opened, id, state) WHERE NOT live;
-- Every order that a list can have, has an index.
CREATE INDEX record_priority ON record (kind, priority, id);
CREATE INDEX record_due ON record (kind, due, id);
