-- What masking has to make gone from the file itself, see store/erase.go.
CREATE TABLE erasing (one INTEGER PRIMARY KEY, asked BIGINT NOT NULL, doing BIGINT NOT NULL, stage TEXT NOT NULL);
CREATE TABLE erase_fill (id {id}, data {bytes} NOT NULL);
CREATE INDEX mail_number ON mail (number);
CREATE INDEX mail_person ON mail (person);
