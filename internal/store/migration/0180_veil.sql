-- Whose name is still being looked for in every text, see store/veil.go: what
-- is looked for (a line each), in which table, and up to which row. The row
-- goes when all was looked through.
CREATE TABLE veil (
	person BIGINT PRIMARY KEY REFERENCES person (id), terms TEXT NOT NULL, place INTEGER NOT NULL, after BIGINT NOT NULL
);
