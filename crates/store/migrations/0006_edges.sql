-- What an edge or a service is, beyond what its manifest says.
CREATE TABLE steering (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (kind, name)
);
ALTER TABLE token ADD COLUMN edge TEXT NOT NULL DEFAULT '';
