-- Open incidents are looked up by the items they are about.
CREATE INDEX incident_item ON incident (item) WHERE item IS NOT NULL;
-- What is in maintenance, now or in a window.
CREATE INDEX item_upkeep ON item (id) WHERE state = 'maintenance';
CREATE INDEX item_history_upkeep ON item_history (at) WHERE field = 'state' AND became = 'maintenance';
