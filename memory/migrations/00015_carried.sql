-- +goose Up
-- What a leader brings back from an archive. Most of it goes into the tables
-- that it came from. What cannot be taken up again, because it hung on other
-- people or on another account, is kept as the record that it was.

CREATE TABLE carried (
    owner  uuid NOT NULL REFERENCES people,
    kind   text NOT NULL CHECK (kind IN ('coachings', 'releases', 'marks', 'consents', 'acts')),
    id     text NOT NULL,
    line   uuid, -- that a release or a mark was about; no foreign key, as in releases
    record jsonb NOT NULL,
    PRIMARY KEY (owner, kind, id)
);
CREATE INDEX carried_line ON carried (owner, line) WHERE line IS NOT NULL;
COMMENT ON TABLE carried IS 'what was, from an archive: nothing here is live, no role but act reads it, and it releases nothing';
ALTER TABLE carried ENABLE ROW LEVEL SECURITY;
ALTER TABLE carried FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON carried TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());

-- A reply that comes from an archive was spoken by no node of this database and
-- has ended; only to such a one may she bring sentences.
ALTER TABLE replies ADD CONSTRAINT brought_is_over
    CHECK (node <> '00000000-0000-0000-0000-000000000000' OR ended_at IS NOT NULL);
CREATE POLICY brought ON sentences FOR INSERT TO innerwork_act WITH CHECK (owner = person() AND EXISTS (
    SELECT FROM replies r WHERE r.owner = sentences.owner AND r.id = sentences.reply AND r.node = '00000000-0000-0000-0000-000000000000'));
CREATE POLICY brought ON mirrored AS RESTRICTIVE FOR INSERT TO innerwork_act WITH CHECK (EXISTS (
    SELECT FROM replies r WHERE r.owner = mirrored.owner AND r.id = mirrored.reply AND r.node = '00000000-0000-0000-0000-000000000000'));
CREATE POLICY brought ON sources AS RESTRICTIVE FOR INSERT TO innerwork_act WITH CHECK (EXISTS (
    SELECT FROM replies r WHERE r.owner = sources.owner AND r.id = sources.reply AND r.node = '00000000-0000-0000-0000-000000000000'));
