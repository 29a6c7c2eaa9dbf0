-- The zone that one has to be cleared for to know of an evidence file (maturity_file,
-- by its id); none stands here for a file that everybody may know of. A table of its
-- own, for it is made before that one on a new database.
CREATE TABLE maturity_file_zone (file BIGINT PRIMARY KEY, zone BIGINT NOT NULL);
