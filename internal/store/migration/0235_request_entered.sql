-- Who entered an order in the name of somebody who called; nobody when he
-- ordered himself.
ALTER TABLE request ADD COLUMN entered BIGINT;
