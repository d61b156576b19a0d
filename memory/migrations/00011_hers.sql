-- +goose Up
-- What she says about her own words and about their use: hers to correct, and
-- to look back on.

-- Wordless: a person's switch.
CREATE TABLE learning (
    owner     uuid PRIMARY KEY REFERENCES people,
    paused_at timestamptz
);
COMMENT ON TABLE learning IS 'since when what she says and writes is not to be recalled later; NULL: it is';
ALTER TABLE learning ENABLE ROW LEVEL SECURITY;
ALTER TABLE learning FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON learning TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());

-- +goose StatementBegin
CREATE FUNCTION learning_rests() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN EXISTS (SELECT FROM learning WHERE owner = person() AND paused_at IS NOT NULL);
-- +goose StatementEnd

ALTER TABLE reflections
    -- A default, so that no way of writing one can pass over the switch.
    ADD COLUMN unlearned   boolean NOT NULL DEFAULT learning_rests(),
    ADD COLUMN outdated_at timestamptz,
    ADD COLUMN withheld    boolean NOT NULL GENERATED ALWAYS AS (apart OR unlearned OR outdated_at IS NOT NULL) STORED;
COMMENT ON COLUMN reflections.unlearned IS 'said or written while learning was paused: never recalled, unless she takes it in';
COMMENT ON COLUMN reflections.outdated_at IS 'when she said that it no longer holds: never recalled, and used for nothing new';
COMMENT ON COLUMN reflections.withheld IS 'has no passages, so that no search of the coach can reach it; she finds it by its words';
CREATE INDEX reflections_withheld ON reflections (owner, at DESC, id) WHERE withheld;

-- An edit is a chain; what is shown of it is its end.
-- +goose StatementBegin
CREATE FUNCTION newest(of uuid, version uuid) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN (WITH RECURSIVE newer AS (
    SELECT version AS id, 0 AS n
    UNION ALL
    SELECT r.id, newer.n + 1 FROM newer JOIN reflections r ON r.owner = of AND r.supersedes = newer.id
) SELECT id FROM newer ORDER BY n DESC LIMIT 1);
-- +goose StatementEnd

-- Her verdict on one use of her words, and how many were found in all, so that
-- what was forgotten since can still be counted.
ALTER TABLE sources ADD COLUMN unfit_at timestamptz;
COMMENT ON COLUMN sources.unfit_at IS 'when she said that it was found wrongly for this reply; says nothing about any other';
ALTER TABLE replies ADD COLUMN found smallint NOT NULL DEFAULT 0 CHECK (found >= 0);
ALTER TABLE replies NO FORCE ROW LEVEL SECURITY;
ALTER TABLE sources NO FORCE ROW LEVEL SECURITY;
UPDATE replies r SET found = s.n FROM (SELECT owner, reply, count(*) AS n FROM sources GROUP BY owner, reply) s
WHERE s.owner = r.owner AND s.reply = r.id;
ALTER TABLE replies FORCE ROW LEVEL SECURITY;
ALTER TABLE sources FORCE ROW LEVEL SECURITY;

-- A search that she words and names herself.
CREATE TABLE themes (
    owner uuid NOT NULL REFERENCES people,
    id    uuid NOT NULL,
    name  text NOT NULL CHECK (name <> ''),
    words text NOT NULL CHECK (words <> ''),
    at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, id)
);
ALTER TABLE themes ENABLE ROW LEVEL SECURITY;
ALTER TABLE themes FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON themes TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());
