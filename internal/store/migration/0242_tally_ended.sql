-- What ended, by service and by department with their zones, added up day by
-- day: figures of grades read a few rows instead of every counter.
INSERT INTO tally (kind, what, day, state, zone, department, team, service, priority, n)
	SELECT kind, what || '*service', day, '', zone, 0, 0, service, 0, sum(n) FROM tally WHERE what IN ('done', 'reopened') GROUP BY kind, what, day, zone, service HAVING sum(n) <> 0;
INSERT INTO tally (kind, what, day, state, zone, department, team, service, priority, n)
	SELECT kind, what || '*department', day, '', zone, department, 0, 0, 0, sum(n) FROM tally WHERE what IN ('done', 'reopened') GROUP BY kind, what, day, zone, department HAVING sum(n) <> 0;
