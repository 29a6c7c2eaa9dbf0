-- Items are found again by what identifies them (label, serial number, UUID,
-- addresses, name and place) in the index of their words. Those that were there
-- before are indexed anew after the step, a part at a time.
CREATE TABLE item_again (item BIGINT PRIMARY KEY);
INSERT INTO item_again SELECT id FROM item;
