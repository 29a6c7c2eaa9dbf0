-- The highest number that a question of each process and level ever had in an
-- edition of the questions of maturity (maturity_set, whose version is edition), so
-- that a new one is found without reading all of them. An edition that was kept
-- before this table has no row.
CREATE TABLE maturity_set_number (edition BIGINT PRIMARY KEY, doc TEXT NOT NULL);
