-- Configuration items: the plain list.
CREATE TABLE item (
	id {id}, code TEXT NOT NULL UNIQUE, name_en TEXT NOT NULL, name_zh TEXT NOT NULL, class TEXT NOT NULL, state TEXT NOT NULL,
	zone BIGINT REFERENCES setting (id), service BIGINT REFERENCES setting (id), department BIGINT REFERENCES setting (id),
	owner BIGINT REFERENCES person (id), room TEXT NOT NULL, serial TEXT NOT NULL, version BIGINT NOT NULL, changed BIGINT NOT NULL
);
CREATE INDEX item_owner ON item (owner);
CREATE INDEX item_department ON item (department);
