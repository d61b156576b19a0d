-- +goose Up
-- What each person's index is made of. A change of the embedding model fills a
-- new generation beside the one that is searched, person by person.

ALTER TABLE generations
    ADD COLUMN kind text NOT NULL DEFAULT '', -- what of a passage is embedded, and the form of its words
    DROP CONSTRAINT generations_model_dimension_key,
    ADD UNIQUE (model, kind, dimension);
UPDATE generations SET model = left(model, length(model) - 10), kind = 'dated 512' WHERE model LIKE '% dated 512';
COMMENT ON TABLE generations IS 'the embedding models that made vectors; vectors of two never mix';

CREATE TABLE indexes (
    owner      uuid PRIMARY KEY REFERENCES people ON DELETE CASCADE,
    passages   int NOT NULL DEFAULT 0,
    generation smallint REFERENCES generations,        -- the one that is searched
    beside     smallint REFERENCES generations,        -- the one before or after it, as far as it is there
    since      timestamptz,                            -- when generation took the place of beside
    missing    int NOT NULL DEFAULT 0,                 -- passages that the one that is filled still lacks, when that was last counted
    characters bigint NOT NULL DEFAULT 0,              -- of these passages
    wanting    timestamptz                             -- since when something may be missing; NULL: nothing
);
COMMENT ON TABLE indexes IS 'numbers about each index; no words';

ALTER TABLE indexes ENABLE ROW LEVEL SECURITY;
ALTER TABLE indexes FORCE ROW LEVEL SECURITY;
CREATE POLICY accounts ON indexes TO innerwork_system USING (true) WITH CHECK (true);
CREATE POLICY own ON indexes TO innerwork_act, innerwork_pipeline USING (owner = (SELECT person())) WITH CHECK (owner = person());

ALTER TABLE indexes NO FORCE ROW LEVEL SECURITY;
ALTER TABLE passages NO FORCE ROW LEVEL SECURITY;
ALTER TABLE vectors NO FORCE ROW LEVEL SECURITY;
INSERT INTO indexes (owner, passages, generation, wanting)
SELECT p.owner, count(*), (SELECT max(generation) FROM vectors WHERE owner = p.owner), clock_timestamp() FROM passages p GROUP BY p.owner;
ALTER TABLE indexes FORCE ROW LEVEL SECURITY;
ALTER TABLE passages FORCE ROW LEVEL SECURITY;
ALTER TABLE vectors FORCE ROW LEVEL SECURITY;

-- However passages come and go, their number is right in the same transaction.
-- +goose StatementBegin
CREATE FUNCTION passages_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO indexes AS i (owner, passages) SELECT owner, count(*) FROM changed GROUP BY owner
    ON CONFLICT (owner) DO UPDATE SET passages = i.passages + excluded.passages;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION passages_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE indexes i SET passages = i.passages - c.n
    FROM (SELECT owner, count(*) AS n FROM changed GROUP BY owner) c WHERE i.owner = c.owner;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER came AFTER INSERT ON passages REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION passages_came();
CREATE TRIGGER went AFTER DELETE ON passages REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION passages_went();
