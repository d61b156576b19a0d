-- +goose Up
-- What bounds how much a person may ask for, over all nodes. Times and numbers
-- only: nothing here has to be forgotten with her words.

CREATE TABLE paces (
    owner uuid PRIMARY KEY REFERENCES people,
    said  timestamptz[] NOT NULL
);
COMMENT ON TABLE paces IS 'when she last asked for replies, up to a minute back; one row a person, so that the nodes count one after the other';
ALTER TABLE paces ENABLE ROW LEVEL SECURITY;
ALTER TABLE paces FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON paces TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());

-- What her replies of a day cost is added up from this.
CREATE INDEX replies_at ON replies (owner, at);
