-- One text for SQLite and PostgreSQL; the two words that differ are told in `migrate.rs`.
-- Times are milliseconds since 1970, money is thousand-millionths of a yuan. An empty text stands for "none".

-- The one row that says who may write, and the numbers handed out so far.
CREATE TABLE leader (
    id BIGINT PRIMARY KEY,
    term BIGINT NOT NULL,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL,
    job_seq BIGINT NOT NULL,
    charge_seq BIGINT NOT NULL,
    event_seq BIGINT NOT NULL
);
INSERT INTO leader (id, term, holder, until, job_seq, charge_seq, event_seq) VALUES (1, 0, '', 0, 0, 0, 0);

CREATE TABLE resource (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    metadata TEXT NOT NULL,
    spec TEXT NOT NULL,
    PRIMARY KEY (kind, name)
);

CREATE TABLE site_status (
    site TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL
);

-- What a list shows stands first, so that a list does not read the long documents at the end.
CREATE TABLE job (
    seq BIGINT PRIMARY KEY,
    key TEXT NOT NULL,
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    live BIGINT NOT NULL,
    site TEXT NOT NULL,
    pool TEXT NOT NULL,
    priority BIGINT NOT NULL,
    tasks BIGINT NOT NULL,
    submitted BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    started BIGINT,
    ended BIGINT,
    cost BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    title TEXT NOT NULL,
    reason TEXT NOT NULL,
    metadata TEXT NOT NULL,
    spec TEXT NOT NULL,
    status TEXT NOT NULL
);
CREATE UNIQUE INDEX job_by_key ON job (key);
CREATE INDEX job_by_name ON job (name, seq);
CREATE INDEX job_by_state ON job (state, seq);
CREATE INDEX job_by_project ON job (project, state, seq);
-- With the project, so that a list by both need not look at the jobs.
CREATE INDEX job_by_site ON job (site, state, seq, project);
CREATE INDEX job_live ON job (seq) WHERE live = 1;

CREATE TABLE job_count (
    project TEXT NOT NULL,
    state TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (project, state)
);

CREATE TABLE event (
    seq BIGINT PRIMARY KEY,
    time BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    project TEXT NOT NULL,
    what TEXT NOT NULL,
    message TEXT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX event_by_subject ON event (subject, seq);
CREATE INDEX event_by_project ON event (project, seq);
CREATE INDEX event_of_world ON event (kind, seq) WHERE kind <> 'Job';

CREATE TABLE charge (
    id BIGINT PRIMARY KEY,
    job TEXT NOT NULL,
    project TEXT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    provider TEXT NOT NULL,
    quantity TEXT NOT NULL,
    price TEXT NOT NULL,
    amount BIGINT NOT NULL,
    began BIGINT NOT NULL,
    ended BIGINT NOT NULL
);
CREATE INDEX charge_by_job ON charge (job, kind, amount);

-- Sums of all charges, so that a bill over everything need not read them all.
CREATE TABLE charge_total (
    project TEXT NOT NULL,
    provider TEXT NOT NULL,
    kind TEXT NOT NULL,
    charges BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (project, provider, kind)
);

CREATE TABLE token (
    hash TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    project TEXT NOT NULL,
    site TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT
);
CREATE UNIQUE INDEX token_by_name ON token (name);

CREATE TABLE answer (
    principal TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (principal, key)
);
CREATE INDEX answer_by_time ON answer (at);

-- `seq` is the order of arrival, by which a reader follows; `begins` counts bytes of the task's output.
CREATE TABLE log (
    job TEXT NOT NULL,
    task BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    begins BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (job, task, attempt, begins)
);
CREATE UNIQUE INDEX log_by_arrival ON log (job, seq);

CREATE TABLE log_counter (
    id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL
);
INSERT INTO log_counter (id, seq) VALUES (1, 0);
