-- +goose Up
-- Words on their way in: read from a file, looked over by her, and no
-- reflections yet. What is not taken in goes after a week.

CREATE TABLE imports (
    owner      uuid NOT NULL REFERENCES people,
    id         uuid NOT NULL,
    name       text NOT NULL, -- of the file
    zone       text NOT NULL, -- of dates that have none of their own
    report     jsonb NOT NULL DEFAULT '{}', -- how the file was read; names of columns are hers
    decided    int NOT NULL DEFAULT 0, -- no entry up to this one waits: a step begins behind it
    read_at    timestamptz,   -- when the file had been read to its end
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (owner, id)
);
COMMENT ON TABLE imports IS 'a file that she looks over before its entries become reflections';

CREATE TABLE import_entries (
    owner      uuid NOT NULL,
    import     uuid NOT NULL,
    n          int NOT NULL CHECK (n >= 1), -- where in the file
    reflection uuid NOT NULL, -- the id that it gets: made of its words and its day, so the same words are the same reflection
    text       text CHECK (text <> ''),
    at         timestamptz NOT NULL,
    wall       boolean NOT NULL, -- at is what calendar and clock showed, as UTC; the zone is hers to say
    zone       text NOT NULL, -- '' where the file has none
    day        boolean NOT NULL, -- without a time
    origin     text NOT NULL CHECK (origin IN ('given', 'named', 'modified')),
    label      text NOT NULL,
    thread     uuid,
    turn       int CHECK (turn BETWEEN 0 AND 65535),
    place      text NOT NULL,
    outcome    text CHECK (outcome IN ('stored', 'here', 'forgotten')),
    PRIMARY KEY (owner, import, n),
    UNIQUE (owner, import, reflection),
    FOREIGN KEY (owner, import) REFERENCES imports (owner, id) ON DELETE CASCADE,
    CHECK ((thread IS NULL) = (turn IS NULL)),
    CONSTRAINT import_entries_once CHECK ((text IS NULL) = (outcome IS NOT NULL))
);
CREATE INDEX import_entries_reflection ON import_entries (owner, reflection);
CREATE INDEX import_entries_waiting ON import_entries (owner, import, n) WHERE outcome IS NULL;
COMMENT ON CONSTRAINT import_entries_once ON import_entries IS 'words stand here until they are a reflection, and never beside it';

CREATE TABLE import_skips (
    owner  uuid NOT NULL,
    import uuid NOT NULL,
    reason text NOT NULL,
    count  int NOT NULL CHECK (count > 0),
    places text[] NOT NULL, -- the first few
    PRIMARY KEY (owner, import, reason),
    FOREIGN KEY (owner, import) REFERENCES imports (owner, id) ON DELETE CASCADE
);

-- Two entries cannot stand at one place of a thread.
CREATE UNIQUE INDEX reflections_turn ON reflections (owner, thread, turn) WHERE thread IS NOT NULL;

ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE imports FORCE ROW LEVEL SECURITY;
ALTER TABLE import_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_entries FORCE ROW LEVEL SECURITY;
ALTER TABLE import_skips ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_skips FORCE ROW LEVEL SECURITY;

CREATE POLICY own ON imports TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON import_entries TO innerwork_act USING (owner = (SELECT person())) WITH CHECK (owner = person());
CREATE POLICY own ON import_skips TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());

-- Words are stemmed as English ones. Those of other languages are found as they
-- stand: both the passage and the query go through the same. Where words are not
-- parted by spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese), each character
-- is a word. A letter with an accent is one, however it is written.
CREATE OR REPLACE FUNCTION stemmed(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_tsvector('pg_catalog.english'::regconfig,
        regexp_replace(
            regexp_replace(normalize(words, NFC), '[^[:alnum:]]+', ' ', 'g'),
            '([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])', ' \1 ', 'g'));

-- What was cut before and has such characters is cut anew in the background.
ALTER TABLE reflections NO FORCE ROW LEVEL SECURITY;
ALTER TABLE passages NO FORCE ROW LEVEL SECURITY;
DELETE FROM passages p USING reflections r
    WHERE r.owner = p.owner AND r.id = p.reflection
      AND r.text ~ '[\u0300-\u036f\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]';
ALTER TABLE reflections FORCE ROW LEVEL SECURITY;
ALTER TABLE passages FORCE ROW LEVEL SECURITY;
