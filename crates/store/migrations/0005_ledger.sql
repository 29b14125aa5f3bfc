-- The ledger: double entry. A transaction and its postings are only ever added. `seq` of a transaction is the `id` of its
-- first posting; its others follow without a gap.
ALTER TABLE leader ADD COLUMN ledger_seq BIGINT NOT NULL DEFAULT 0;

-- The balance stands beside its postings and is changed with them. No transaction of the database can leave an account
-- below what it may be.
CREATE TABLE ledger_account (
    id TEXT NOT NULL PRIMARY KEY,
    bounded BIGINT NOT NULL CHECK (bounded IN (0, 1)),
    credit BIGINT NOT NULL CHECK (credit >= 0),
    balance BIGINT NOT NULL CHECK (balance BETWEEN -9000000000000000000 AND 9000000000000000000),
    held BIGINT NOT NULL CHECK (held BETWEEN 0 AND 9000000000000000000),
    CHECK (bounded = 0 OR balance >= held - credit)
);

CREATE TABLE ledger_transaction (
    seq BIGINT PRIMARY KEY,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    job TEXT NOT NULL,
    note TEXT NOT NULL,
    postings BIGINT NOT NULL
);
CREATE UNIQUE INDEX ledger_transaction_by_id ON ledger_transaction (id);

CREATE TABLE ledger_posting (
    id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount <> 0)
);
CREATE INDEX ledger_posting_by_account ON ledger_posting (account, id);

-- What a job that is not over may still take.
CREATE TABLE ledger_hold (
    job TEXT NOT NULL,
    account TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    PRIMARY KEY (job, account)
);
