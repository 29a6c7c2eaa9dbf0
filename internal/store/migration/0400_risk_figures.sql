-- Probability in percent, impact in money (whole yuan), and the loss to be expected of both.
ALTER TABLE risk ADD COLUMN chance INTEGER NOT NULL DEFAULT 0;
ALTER TABLE risk ADD COLUMN loss BIGINT NOT NULL DEFAULT 0;
ALTER TABLE risk ADD COLUMN expected BIGINT NOT NULL DEFAULT 0;
