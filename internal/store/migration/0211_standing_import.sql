-- Reports of agents: what one waits for or is added to, by a name that only one
-- import bears; '' for one that takes no more in.
ALTER TABLE item_import ADD COLUMN standing TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX item_import_standing ON item_import (standing) WHERE standing <> '';
