-- What every run used of electricity, and what it is judged by. Energy is mJ, carbon is micrograms.
CREATE TABLE energy_use (
    job TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    began BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    site TEXT NOT NULL,
    it BIGINT NOT NULL,
    facility BIGINT NOT NULL,
    embodied BIGINT NOT NULL,
    PRIMARY KEY (job, attempt, began)
);
CREATE INDEX energy_use_by_end ON energy_use (ended, began);

-- Hour by hour. The rank is 0 for forecast, 1 for estimated, 2 for measured: a lower one never replaces a higher one.
CREATE TABLE signal (
    site TEXT NOT NULL,
    signal TEXT NOT NULL,
    hour BIGINT NOT NULL,
    value BIGINT NOT NULL,
    rank BIGINT NOT NULL,
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (site, signal, hour)
);

-- What a device generated and is certified: no time of it twice.
CREATE TABLE generation (
    device TEXT NOT NULL,
    began BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    scheme TEXT NOT NULL,
    wh BIGINT NOT NULL,
    PRIMARY KEY (device, began)
);
CREATE TABLE generation_carried (
    device TEXT NOT NULL PRIMARY KEY,
    wh BIGINT NOT NULL
);

CREATE TABLE certificate (
    id BIGINT PRIMARY KEY,
    parent BIGINT,
    scheme TEXT NOT NULL,
    device TEXT NOT NULL,
    technology TEXT NOT NULL,
    issuer TEXT NOT NULL,
    zone TEXT NOT NULL,
    owner TEXT NOT NULL,
    began BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    expires BIGINT,
    wh BIGINT NOT NULL,
    claimed_wh BIGINT NOT NULL,
    cancelled_wh BIGINT NOT NULL,
    split_wh BIGINT NOT NULL,
    CHECK (claimed_wh + cancelled_wh + split_wh <= wh)
);
CREATE INDEX certificate_by_owner ON certificate (owner, began);

CREATE TABLE certificate_claim (
    certificate BIGINT NOT NULL,
    site TEXT NOT NULL,
    hour BIGINT NOT NULL,
    wh BIGINT NOT NULL,
    PRIMARY KEY (certificate, site, hour)
);
CREATE INDEX certificate_claim_by_hour ON certificate_claim (hour, site);

-- Only ever added to; all else of certificates follows from it.
CREATE TABLE certificate_event (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL
);

-- Requests to draw less, and what was delivered.
CREATE TABLE demand_response (
    site TEXT NOT NULL,
    id TEXT NOT NULL,
    until BIGINT NOT NULL,
    view TEXT NOT NULL,
    PRIMARY KEY (site, id)
);
CREATE INDEX demand_response_by_end ON demand_response (until);
