-- What there is of everything together by priority, by team and by service:
-- whoever sees all reads a few rows instead of every counter.
INSERT INTO tally (kind, what, day, state, zone, department, team, service, priority, n)
	SELECT kind, 'stock*priority', 0, state, 0, 0, 0, 0, priority, sum(n) FROM tally WHERE what = 'stock' GROUP BY kind, state, priority HAVING sum(n) <> 0;
INSERT INTO tally (kind, what, day, state, zone, department, team, service, priority, n)
	SELECT kind, 'stock*team', 0, state, 0, 0, team, 0, 0, sum(n) FROM tally WHERE what = 'stock' GROUP BY kind, state, team HAVING sum(n) <> 0;
INSERT INTO tally (kind, what, day, state, zone, department, team, service, priority, n)
	SELECT kind, 'stock*service', 0, state, 0, 0, 0, service, 0, sum(n) FROM tally WHERE what = 'stock' GROUP BY kind, state, service HAVING sum(n) <> 0;
