-- The full-text index holds only tokens made by base/words: nothing of it is
-- shown, excerpts come from the records themselves. Weights say where a token
-- stands: A title, B requester, C said in public, D internal.
CREATE TABLE search (record BIGINT PRIMARY KEY REFERENCES record (id), words TSVECTOR NOT NULL);
ALTER TABLE search ALTER COLUMN words SET STATISTICS 1000;
CREATE INDEX search_words ON search USING gin (words) WITH (gin_pending_list_limit = 1024);
