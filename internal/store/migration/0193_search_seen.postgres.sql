-- The full-text index knows besides its words whose a record is: team,
-- department, zone, owner, requester are tokens, beginning with a mark that no
-- word has. A word of a million records is looked up together with what
-- somebody sees. A million records take about three minutes.
CREATE TABLE search_seen (record BIGINT NOT NULL, words TSVECTOR NOT NULL);
INSERT INTO search_seen (record, words)
	SELECT s.record, s.words || CAST('''§t' || coalesce(r.team, 0) || ''' ''§d' || coalesce(r.department, 0) || ''' ''§z' || coalesce(r.zone, 0)
		|| ''' ''§o' || coalesce(r.owner, 0) || ''' ''§r' || coalesce(r.requester, 0) || '''' AS tsvector)
	FROM search AS s JOIN record AS r ON r.id = s.record ORDER BY s.record;
DROP TABLE search;
ALTER TABLE search_seen RENAME TO search;
ALTER TABLE search ADD CONSTRAINT search_pkey PRIMARY KEY (record);
ALTER TABLE search ADD CONSTRAINT search_record_fkey FOREIGN KEY (record) REFERENCES record (id);
ALTER TABLE search ALTER COLUMN words SET STATISTICS 1000;
CREATE INDEX search_words ON search USING gin (words) WITH (gin_pending_list_limit = 1024);
ANALYZE search;
