-- What ran at some time in the past is found by when it ended.
CREATE INDEX job_ran ON job (ended, started) WHERE ended IS NOT NULL;
