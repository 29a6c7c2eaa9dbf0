-- The full-text index holds only tokens made by base/words: nothing of it is
-- shown, excerpts come from the records themselves. Where a token stands is
-- kept, for without it a table without content cannot rank.
CREATE VIRTUAL TABLE search USING fts5(title, who, said, noted, content='', contentless_delete=1, tokenize='ascii');
INSERT INTO search (search, rank) VALUES ('rank', 'bm25(8.0, 4.0, 2.0, 1.0)');
