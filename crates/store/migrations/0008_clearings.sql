-- Clearings of the market: what was paid for pools in slots. Who bid is not told.
CREATE TABLE clearing (
    number BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    view TEXT NOT NULL
);
