-- +goose Up
-- Her own plan for hard hours. She alone writes and reads it: no other role has
-- a grant on it, and nothing points at it.

CREATE TABLE plans (
    owner    uuid PRIMARY KEY REFERENCES people,
    id       uuid NOT NULL,
    version  int  NOT NULL CHECK (version > 0),
    at       timestamptz NOT NULL DEFAULT now(),
    signs    text NOT NULL DEFAULT '' CHECK (char_length(signs) <= 1000),
    alone    text NOT NULL DEFAULT '' CHECK (char_length(alone) <= 1000),
    places   text NOT NULL DEFAULT '' CHECK (char_length(places) <= 1000),
    people   text NOT NULL DEFAULT '' CHECK (char_length(people) <= 1000),
    services text NOT NULL DEFAULT '' CHECK (char_length(services) <= 1000),
    safer    text NOT NULL DEFAULT '' CHECK (char_length(safer) <= 1000),
    worth    text NOT NULL DEFAULT '' CHECK (char_length(worth) <= 1000),
    CHECK (signs || alone || places || people || services || safer || worth <> '')
);
COMMENT ON TABLE plans IS 'what she wrote down for hard hours: hers alone, as it is now and without a history';
COMMENT ON COLUMN plans.id IS 'leaves a tombstone when the plan is forgotten, so that no late repeat, archive or backup brings it back';
COMMENT ON COLUMN plans.version IS 'one more with each change; a change says which one it was made to';
ALTER TABLE plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE plans FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON plans TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());
CREATE TRIGGER stays_forgotten AFTER INSERT ON plans FOR EACH ROW EXECUTE FUNCTION stays_forgotten();

ALTER TABLE forgettings DROP CONSTRAINT forgettings_kind_check,
    ADD CONSTRAINT forgettings_kind_check CHECK (kind IN ('reflection', 'conversation', 'range', 'everything', 'account', 'plan'));
