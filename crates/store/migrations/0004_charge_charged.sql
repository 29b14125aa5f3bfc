-- When a charge was made: it is on the invoice of that month, and so no invoice changes once its month is over.
ALTER TABLE charge ADD COLUMN charged BIGINT NOT NULL DEFAULT 0;
UPDATE charge SET charged = ended;
CREATE INDEX charge_by_time ON charge (charged);
