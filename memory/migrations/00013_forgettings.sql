-- +goose Up
-- What she let go of: a receipt each, without words.

CREATE TABLE forgettings (
    owner        uuid NOT NULL REFERENCES people,
    id           uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('reflection', 'conversation', 'range', 'everything', 'account')),
    about        uuid,        -- the reflection or conversation
    since        timestamptz, -- of a range, which ends before until
    until        timestamptz,
    at           timestamptz NOT NULL DEFAULT now(),
    done_at      timestamptz, -- first stage: nothing shows it any more
    removed      jsonb NOT NULL DEFAULT '{}', -- store → rows
    wanted_at    timestamptz, -- she asked for the second stage now
    rewritten_at timestamptz, -- second stage: no byte of the data folder holds it
    PRIMARY KEY (owner, id),
    CHECK ((kind IN ('reflection', 'conversation')) = (about IS NOT NULL)),
    CHECK (kind = 'range' OR (since IS NULL AND until IS NULL)),
    CHECK (rewritten_at IS NULL OR done_at IS NOT NULL)
);
CREATE INDEX forgettings_pending ON forgettings (at) WHERE rewritten_at IS NULL;
COMMENT ON TABLE forgettings IS 'wordless: how many rows went, for each store, and when';
ALTER TABLE forgettings ENABLE ROW LEVEL SECURITY;
ALTER TABLE forgettings FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON forgettings TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY rewrite ON forgettings TO innerwork_system USING (true) WITH CHECK (true);
CREATE POLICY forget ON sentences FOR DELETE TO innerwork_act USING (owner = person());

ALTER TABLE people ADD COLUMN erased_at timestamptz;
COMMENT ON COLUMN people.erased_at IS 'the account was erased: nothing but the id is left, so that a restored backup can be told';

-- A late repeat cannot bring back what is forgotten. It looks after the row is
-- in: an insert waits for a forgetting that is under way.
-- +goose StatementBegin
CREATE FUNCTION stays_forgotten() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM tombstones WHERE owner = NEW.owner AND id = NEW.id) THEN
        RAISE EXCEPTION 'forgotten' USING ERRCODE = 'IW410';
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER stays_forgotten AFTER INSERT ON conversations FOR EACH ROW EXECUTE FUNCTION stays_forgotten();
CREATE TRIGGER stays_forgotten AFTER INSERT ON insights FOR EACH ROW EXECUTE FUNCTION stays_forgotten();
CREATE TRIGGER stays_forgotten AFTER INSERT ON commitments FOR EACH ROW EXECUTE FUNCTION stays_forgotten();
CREATE TRIGGER stays_forgotten AFTER INSERT ON lines FOR EACH ROW EXECUTE FUNCTION stays_forgotten();
