-- +goose Up
-- What a search reads: made from reflections, and made anew from them at will.

CREATE TABLE generations (
    id        smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model     text NOT NULL,
    dimension int NOT NULL CHECK (dimension > 0),
    UNIQUE (model, dimension),
    UNIQUE (id, dimension)
);
COMMENT ON TABLE generations IS 'the embedding models that made vectors; vectors of two never mix';

CREATE TABLE passages (
    owner      uuid NOT NULL,
    id         uuid NOT NULL,
    reflection uuid NOT NULL,
    length     int NOT NULL,
    start      int NOT NULL,
    "end"      int NOT NULL,
    PRIMARY KEY (owner, id),
    UNIQUE (owner, reflection, start),
    FOREIGN KEY (owner, reflection, length) REFERENCES reflections (owner, id, length) ON DELETE CASCADE,
    CHECK (0 <= start AND start < "end" AND "end" <= length)
);

CREATE TABLE terms (
    owner   uuid NOT NULL,
    term    text NOT NULL, -- stemmed by PostgreSQL's English dictionary
    passage uuid NOT NULL,
    count   smallint NOT NULL,
    PRIMARY KEY (owner, term, passage),
    FOREIGN KEY (owner, passage) REFERENCES passages (owner, id) ON DELETE CASCADE
);
CREATE INDEX terms_passage ON terms (owner, passage);

CREATE TABLE vectors (
    owner      uuid NOT NULL,
    generation smallint NOT NULL,
    passage    uuid NOT NULL,
    dimension  int NOT NULL,
    embedding  halfvec NOT NULL,
    PRIMARY KEY (owner, generation, passage),
    FOREIGN KEY (owner, passage) REFERENCES passages (owner, id) ON DELETE CASCADE,
    FOREIGN KEY (generation, dimension) REFERENCES generations (id, dimension),
    CHECK (vector_dims(embedding) = dimension)
);
CREATE INDEX vectors_passage ON vectors (owner, passage);
COMMENT ON TABLE vectors IS 'searched exactly within the owner: a shared approximate index returns too few rows and leaks the density of others';

CREATE TABLE sources (
    owner      uuid NOT NULL,
    reply      uuid NOT NULL,
    handle     text NOT NULL CHECK (handle ~ '^r[1-9]$'),
    passage    uuid NOT NULL,
    reflection uuid NOT NULL,
    length     int NOT NULL,
    start      int NOT NULL,
    "end"      int NOT NULL,
    score      real NOT NULL,
    similarity real NOT NULL DEFAULT 0,
    terms      text[] NOT NULL DEFAULT '{}',
    given      boolean NOT NULL DEFAULT false,
    quoted     boolean NOT NULL DEFAULT false,
    PRIMARY KEY (owner, reply, handle),
    FOREIGN KEY (owner, reply) REFERENCES replies (owner, id),
    FOREIGN KEY (owner, reflection, length) REFERENCES reflections (owner, id, length) ON DELETE CASCADE
);
CREATE INDEX sources_reflection ON sources (owner, reflection);
COMMENT ON TABLE sources IS 'found, given to the model, quoted: three different things, all kept';

ALTER TABLE passages ENABLE ROW LEVEL SECURITY;
ALTER TABLE passages FORCE ROW LEVEL SECURITY;
ALTER TABLE terms ENABLE ROW LEVEL SECURITY;
ALTER TABLE terms FORCE ROW LEVEL SECURITY;
ALTER TABLE vectors ENABLE ROW LEVEL SECURITY;
ALTER TABLE vectors FORCE ROW LEVEL SECURITY;
ALTER TABLE sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE sources FORCE ROW LEVEL SECURITY;

CREATE POLICY own ON passages TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON terms TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON vectors TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON sources TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
