-- How far an import of items has come, in the sight of every node; who carries
-- it out, when he last said so, and why it stopped. Seal is what the signature
-- of a bundle vouches for; no sequence of a source's bundles is in force twice.
ALTER TABLE item_import ADD COLUMN progress BIGINT NOT NULL DEFAULT 0;
ALTER TABLE item_import ADD COLUMN beat BIGINT;
ALTER TABLE item_import ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE item_import ADD COLUMN trouble TEXT NOT NULL DEFAULT '';
ALTER TABLE item_import ADD COLUMN seal TEXT NOT NULL DEFAULT '';
ALTER TABLE item_import ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX item_import_sequence ON item_import (source, sequence) WHERE sequence > 0 AND state IN ('running', 'broken', 'done');
-- The sequence of the bundles that were made here, by the name of the source.
CREATE TABLE bundle_made (source TEXT PRIMARY KEY, sequence BIGINT NOT NULL);
