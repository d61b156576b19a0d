-- +goose Up
-- What she used off the record, where nothing else is written: numbers of the
-- UTC's day, so that its limits hold there, too.
CREATE TABLE unrecorded (
    owner  uuid NOT NULL REFERENCES people,
    day    date NOT NULL,
    tokens bigint NOT NULL,
    PRIMARY KEY (owner, day)
);
ALTER TABLE unrecorded ENABLE ROW LEVEL SECURITY;
ALTER TABLE unrecorded FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON unrecorded TO innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
