-- What the records said of the statements of maturity, each night a document.
CREATE TABLE maturity_evidence (id {id}, at BIGINT NOT NULL, doc TEXT NOT NULL);
