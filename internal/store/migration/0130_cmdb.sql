-- Configuration management: what an item of any class is (typed columns for
-- what every class has, one document for the attributes of its class), how
-- items stand on each other, and what changed when, by whom, from where.
ALTER TABLE item ADD COLUMN extra TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN team BIGINT REFERENCES setting (id);
ALTER TABLE item ADD COLUMN grade INTEGER NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN operator TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN criticality TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN rto BIGINT NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN rpo BIGINT NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN warranty BIGINT;
ALTER TABLE item ADD COLUMN created BIGINT;
ALTER TABLE item ADD COLUMN seen BIGINT;
ALTER TABLE item ADD COLUMN audited BIGINT;
ALTER TABLE item ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX item_name_en ON item (name_en);
CREATE INDEX item_class ON item (class, code);
CREATE INDEX item_zone ON item (zone, code);
CREATE INDEX item_service ON item (service, code);
CREATE INDEX item_changed ON item (changed, id);
CREATE INDEX item_serial ON item (serial) WHERE serial <> '';
-- What items are found by, a word beginning with what was typed.
CREATE TABLE item_word (
	word TEXT {binary} NOT NULL, item BIGINT NOT NULL REFERENCES item (id),
	PRIMARY KEY (word, item)
) {clustered};
CREATE INDEX item_word_item ON item_word (item);
-- n of m of these are needed by an item.
CREATE TABLE redundancy (
	id {id}, item BIGINT NOT NULL REFERENCES item (id), name_en TEXT NOT NULL, name_zh TEXT NOT NULL,
	need INTEGER NOT NULL, least INTEGER NOT NULL, since BIGINT NOT NULL, until BIGINT, version BIGINT NOT NULL
);
CREATE INDEX redundancy_item ON redundancy (item);
-- Relations end and are not deleted, so that the graph of any day can be read.
CREATE TABLE relation (
	id {id}, source BIGINT NOT NULL REFERENCES item (id), target BIGINT NOT NULL REFERENCES item (id), type TEXT NOT NULL,
	redundancy BIGINT REFERENCES redundancy (id), share INTEGER NOT NULL, gate TEXT NOT NULL, note TEXT NOT NULL,
	origin TEXT NOT NULL, import BIGINT, since BIGINT NOT NULL, until BIGINT, by_whom BIGINT, ended_by BIGINT
);
CREATE UNIQUE INDEX relation_live ON relation (source, target, type) WHERE until IS NULL;
CREATE INDEX relation_target ON relation (target);
CREATE INDEX relation_source ON relation (source);
-- History, attribute by attribute; "" is the item itself coming into being.
CREATE TABLE item_history (
	id {id}, item BIGINT NOT NULL REFERENCES item (id), at BIGINT NOT NULL, by_whom BIGINT, name TEXT NOT NULL, origin TEXT NOT NULL,
	field TEXT NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL, because TEXT NOT NULL, import BIGINT
);
CREATE INDEX item_history_item ON item_history (item, id);
CREATE INDEX item_history_import ON item_history (import) WHERE import IS NOT NULL;
-- Every transaction that changes the graph takes the next version; what it
-- changed is listed, so that a graph in memory need not be read anew.
CREATE TABLE graph_version (one INTEGER PRIMARY KEY, version BIGINT NOT NULL);
INSERT INTO graph_version (one, version) VALUES (1, 1);
CREATE TABLE graph_log (id {id}, version BIGINT NOT NULL, what TEXT NOT NULL, ref BIGINT NOT NULL);
CREATE INDEX graph_log_version ON graph_log (version);
-- An import as the object that is approved: its difference, compressed, and
-- what became of it.
CREATE TABLE item_import (
	id {id}, source TEXT NOT NULL, file TEXT NOT NULL, state TEXT NOT NULL, counts TEXT NOT NULL, plan {bytes},
	at BIGINT NOT NULL, by_whom BIGINT, name TEXT NOT NULL, done BIGINT, done_by BIGINT, undone BIGINT
);
CREATE INDEX relation_import ON relation (import) WHERE import IS NOT NULL;
