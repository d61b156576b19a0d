-- +goose Up
-- What a leader says and what is replied. Every key starts with the owner, and
-- so does every foreign key between tables with words.

CREATE TABLE conversations (
    owner      uuid NOT NULL REFERENCES people,
    id         uuid NOT NULL,
    practice   text NOT NULL,
    stage      text NOT NULL DEFAULT 'opening' CHECK (stage IN ('opening', 'exploring', 'closing', 'closed')),
    paused_at  timestamptz,
    clarity    smallint CHECK (clarity BETWEEN 0 AND 10),
    last_seq   bigint NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL DEFAULT now(),
    last_at    timestamptz NOT NULL DEFAULT now(),
    closed_at  timestamptz,
    PRIMARY KEY (owner, id),
    CHECK ((stage = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX conversations_recent ON conversations (owner, last_at DESC);

CREATE TABLE reflections (
    owner        uuid NOT NULL REFERENCES people,
    id           uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('written', 'said', 'imported')),
    text         text NOT NULL CHECK (text <> ''),
    length       int  NOT NULL GENERATED ALWAYS AS (char_length(text)) STORED,
    conversation uuid,
    at           timestamptz NOT NULL,
    zone         text NOT NULL,
    supersedes   uuid,
    apart        boolean NOT NULL DEFAULT false,
    stored_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, id),
    UNIQUE (owner, id, length),
    UNIQUE (owner, supersedes),
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id),
    FOREIGN KEY (owner, supersedes) REFERENCES reflections (owner, id),
    CHECK (kind <> 'said' OR conversation IS NOT NULL),
    CHECK (supersedes <> id)
);
CREATE INDEX reflections_recent ON reflections (owner, at DESC, id);
CREATE INDEX reflections_conversation ON reflections (owner, conversation, at);
COMMENT ON TABLE reflections IS 'words are never updated: an edit supersedes, forgetting deletes and leaves a tombstone';

CREATE TABLE tombstones (
    owner uuid NOT NULL REFERENCES people,
    id    uuid NOT NULL,
    at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, id)
);
COMMENT ON TABLE tombstones IS 'ids of forgotten reflections, so that a late repeat cannot bring one back';

CREATE TABLE replies (
    owner          uuid NOT NULL,
    id             uuid NOT NULL,
    conversation   uuid NOT NULL,
    reflection     uuid, -- what it answers; no foreign key, so that the reply outlives a forgotten reflection
    state          text NOT NULL DEFAULT 'accepted'
                   CHECK (state IN ('accepted', 'streaming', 'complete', 'cut', 'stopped', 'interrupted', 'failed')),
    reason         text NOT NULL DEFAULT '',
    speaker        text NOT NULL CHECK (speaker IN ('guide', 'server', 'model')),
    model          text NOT NULL DEFAULT '',
    prompt_version text NOT NULL DEFAULT '',
    node           uuid NOT NULL,  -- who holds the lease
    fence          bigint NOT NULL DEFAULT 1, -- rises at every change of holder; a writer with an older one is refused
    lease_until    timestamptz NOT NULL,
    tokens_in      int NOT NULL DEFAULT 0,
    tokens_out     int NOT NULL DEFAULT 0,
    dropped        jsonb NOT NULL DEFAULT '{}', -- kind of drop → how many, never the words
    at             timestamptz NOT NULL DEFAULT now(),
    ended_at       timestamptz,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id),
    CHECK ((ended_at IS NULL) = (state IN ('accepted', 'streaming')))
);
CREATE UNIQUE INDEX replies_running ON replies (owner, conversation) WHERE ended_at IS NULL;
CREATE INDEX replies_leases ON replies (lease_until) WHERE ended_at IS NULL;
CREATE INDEX replies_reflection ON replies (owner, reflection);
COMMENT ON INDEX replies_running IS 'one running reply a conversation';

CREATE TABLE quotes (
    owner      uuid NOT NULL,
    id         uuid NOT NULL,
    reflection uuid NOT NULL,
    length     int NOT NULL,
    start      int NOT NULL,
    "end"      int NOT NULL,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, reflection, length) REFERENCES reflections (owner, id, length),
    CONSTRAINT quotes_span CHECK (0 <= start AND start < "end" AND "end" <= length)
);
CREATE INDEX quotes_reflection ON quotes (owner, reflection);
COMMENT ON CONSTRAINT quotes_span ON quotes IS 'a span outside the text is refused: length is the reflection''s own, by the foreign key';

CREATE TABLE sentences (
    owner        uuid NOT NULL,
    reply        uuid NOT NULL,
    n            int NOT NULL CHECK (n >= 1),
    kind         text NOT NULL CHECK (kind IN ('question', 'mirror', 'quote', 'process', 'help')),
    author       text NOT NULL CHECK (author IN ('guide', 'server', 'model')),
    text         text NOT NULL,
    quote        uuid,
    question_key text NOT NULL DEFAULT '',
    blanked_at   timestamptz,
    at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, reply, n),
    FOREIGN KEY (owner, reply) REFERENCES replies (owner, id),
    FOREIGN KEY (owner, quote) REFERENCES quotes (owner, id),
    CHECK (kind = 'quote' OR quote IS NULL),
    CHECK (kind <> 'quote' OR (text = '' AND (quote IS NOT NULL OR blanked_at IS NOT NULL))),
    CHECK (blanked_at IS NULL OR (text = '' AND quote IS NULL))
);
CREATE INDEX sentences_quote ON sentences (owner, quote) WHERE quote IS NOT NULL;

CREATE TABLE mirrored (
    owner      uuid NOT NULL,
    reply      uuid NOT NULL,
    n          int NOT NULL,
    reflection uuid NOT NULL,
    PRIMARY KEY (owner, reply, n, reflection),
    FOREIGN KEY (owner, reply, n) REFERENCES sentences (owner, reply, n),
    FOREIGN KEY (owner, reflection) REFERENCES reflections (owner, id)
);
CREATE INDEX mirrored_reflection ON mirrored (owner, reflection);
COMMENT ON TABLE mirrored IS 'whose words a sentence took up, so that forgetting them blanks it';

CREATE TABLE events (
    owner        uuid NOT NULL,
    conversation uuid NOT NULL,
    seq          bigint NOT NULL CHECK (seq >= 1),
    id           uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN
                 ('said', 'reply', 'sources', 'sentence', 'end', 'stage', 'paused', 'resumed', 'proposal', 'forgot')),
    about        uuid, -- the reflection, reply or proposal
    n            int,  -- the sentence of the reply
    stage        text CHECK (stage IN ('opening', 'exploring', 'closing', 'closed')),
    at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, conversation, seq),
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id)
);
COMMENT ON TABLE events IS 'wordless: what happened, in order, gapless; the words are joined when it is read';

ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;
ALTER TABLE reflections ENABLE ROW LEVEL SECURITY;
ALTER TABLE reflections FORCE ROW LEVEL SECURITY;
ALTER TABLE tombstones ENABLE ROW LEVEL SECURITY;
ALTER TABLE tombstones FORCE ROW LEVEL SECURITY;
ALTER TABLE replies ENABLE ROW LEVEL SECURITY;
ALTER TABLE replies FORCE ROW LEVEL SECURITY;
ALTER TABLE quotes ENABLE ROW LEVEL SECURITY;
ALTER TABLE quotes FORCE ROW LEVEL SECURITY;
ALTER TABLE sentences ENABLE ROW LEVEL SECURITY;
ALTER TABLE sentences FORCE ROW LEVEL SECURITY;
ALTER TABLE mirrored ENABLE ROW LEVEL SECURITY;
ALTER TABLE mirrored FORCE ROW LEVEL SECURITY;
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;

CREATE POLICY own ON conversations TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON reflections TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON tombstones TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON replies TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON quotes TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON sentences FOR SELECT TO innerwork_act, innerwork_pipeline USING (owner = person());
CREATE POLICY speak ON sentences FOR INSERT TO innerwork_pipeline WITH CHECK (owner = person());
CREATE POLICY blank ON sentences FOR UPDATE TO innerwork_act USING (owner = person()) WITH CHECK (owner = person() AND blanked_at IS NOT NULL);
CREATE POLICY own ON mirrored TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON events TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());

-- The sweeper ends replies whose node went away. These three tables hold no words.
CREATE POLICY sweep ON replies TO innerwork_system USING (true) WITH CHECK (true);
CREATE POLICY sweep ON conversations TO innerwork_system USING (true) WITH CHECK (true);
CREATE POLICY sweep ON events TO innerwork_system USING (true) WITH CHECK (true);
