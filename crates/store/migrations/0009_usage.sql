-- What meters of both sides say of runs, and what they do not agree about.
ALTER TABLE leader ADD COLUMN usage_seq BIGINT NOT NULL DEFAULT 0;

-- Which run of the job; what is charged in base units, as the provider metered it; the transaction that booked it; the
-- dispute that it gives back; the tax that the amount includes, in millionths.
ALTER TABLE charge ADD COLUMN attempt BIGINT NOT NULL DEFAULT 0;
ALTER TABLE charge ADD COLUMN metered BIGINT;
ALTER TABLE charge ADD COLUMN booked TEXT NOT NULL DEFAULT '';
ALTER TABLE charge ADD COLUMN corrects BIGINT;
ALTER TABLE charge ADD COLUMN tax BIGINT NOT NULL DEFAULT 0;

-- Only ever added to.
CREATE TABLE usage_event (
    seq BIGINT PRIMARY KEY,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    side TEXT NOT NULL,
    job TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity >= 0),
    began BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    signed BIGINT NOT NULL,
    rated BIGINT,
    received BIGINT NOT NULL
);
CREATE UNIQUE INDEX usage_event_by_id ON usage_event (id, source);
CREATE INDEX usage_event_by_job ON usage_event (job, seq);

-- Their sums, changed with them.
CREATE TABLE usage_total (
    job TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    side TEXT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    events BIGINT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (job, attempt, side, kind, what)
);

-- What is held for each is in the account `disputed:PROJECT`.
CREATE TABLE dispute (
    id BIGINT PRIMARY KEY,
    job TEXT NOT NULL,
    project TEXT NOT NULL,
    state TEXT NOT NULL,
    held BIGINT NOT NULL CHECK (held >= 0),
    view TEXT NOT NULL
);
CREATE INDEX dispute_by_job ON dispute (job);
CREATE INDEX dispute_by_project ON dispute (project, id);
CREATE INDEX dispute_by_state ON dispute (state, project);
