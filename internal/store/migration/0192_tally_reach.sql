-- The days of everything together by zone, and by team and zone: whoever sees
-- some zones or teams reads a few rows instead of every counter.
INSERT INTO tally (kind, what, day, state, zone, department, team, service, priority, n)
	SELECT kind, what || '*zone', day, '', zone, 0, 0, 0, 0, sum(n) FROM tally
	WHERE what IN ('opened', 'done', 'first', 'cancelled', 'reopened') GROUP BY kind, what, day, zone HAVING sum(n) <> 0;
INSERT INTO tally (kind, what, day, state, zone, department, team, service, priority, n)
	SELECT kind, what || '*team', day, '', zone, 0, team, 0, 0, sum(n) FROM tally
	WHERE what IN ('opened', 'done', 'first', 'cancelled', 'reopened') GROUP BY kind, what, day, zone, team HAVING sum(n) <> 0;
