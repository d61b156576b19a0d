-- +goose Up
-- What she concluded. Role "pipeline" may point (proposals, their quotes) and
-- has no grant to conclude: see grants.sql.

CREATE TABLE insights (
    owner        uuid NOT NULL REFERENCES people,
    id           uuid NOT NULL,
    conversation uuid,
    practice     text NOT NULL DEFAULT '',
    at           timestamptz NOT NULL DEFAULT now(),
    retired_at   timestamptz,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id)
);

CREATE TABLE insight_wordings (
    owner   uuid NOT NULL,
    insight uuid NOT NULL,
    n       int NOT NULL CHECK (n >= 1),
    text    text CHECK (text <> ''),
    quote   uuid,
    at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, insight, n),
    FOREIGN KEY (owner, insight) REFERENCES insights (owner, id) ON DELETE CASCADE,
    FOREIGN KEY (owner, quote) REFERENCES quotes (owner, id),
    CONSTRAINT wording_is_typed_or_quoted CHECK (num_nonnulls(text, quote) = 1)
);
CREATE INDEX insight_wordings_quote ON insight_wordings (owner, quote) WHERE quote IS NOT NULL;

CREATE TABLE insight_quotes (
    owner   uuid NOT NULL,
    insight uuid NOT NULL,
    quote   uuid NOT NULL,
    PRIMARY KEY (owner, insight, quote),
    FOREIGN KEY (owner, insight) REFERENCES insights (owner, id) ON DELETE CASCADE,
    FOREIGN KEY (owner, quote) REFERENCES quotes (owner, id)
);
CREATE INDEX insight_quotes_quote ON insight_quotes (owner, quote);

CREATE TABLE proposals (
    owner        uuid NOT NULL,
    id           uuid NOT NULL,
    conversation uuid NOT NULL,
    question     text NOT NULL, -- the coach's fixed words, never a model's
    state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'kept', 'declined')),
    insight      uuid,
    at           timestamptz NOT NULL DEFAULT now(),
    decided_at   timestamptz,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id),
    FOREIGN KEY (owner, insight) REFERENCES insights (owner, id) ON DELETE SET NULL (insight),
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CHECK (insight IS NULL OR state = 'kept')
);
CREATE INDEX proposals_conversation ON proposals (owner, conversation);

CREATE TABLE proposal_quotes (
    owner    uuid NOT NULL,
    proposal uuid NOT NULL,
    quote    uuid NOT NULL,
    PRIMARY KEY (owner, proposal, quote),
    FOREIGN KEY (owner, proposal) REFERENCES proposals (owner, id) ON DELETE CASCADE,
    FOREIGN KEY (owner, quote) REFERENCES quotes (owner, id)
);
CREATE INDEX proposal_quotes_quote ON proposal_quotes (owner, quote);

CREATE TABLE commitments (
    owner        uuid NOT NULL REFERENCES people,
    id           uuid NOT NULL,
    action       text NOT NULL CHECK (action <> ''),
    due          date NOT NULL,
    zone         text NOT NULL,
    why          text NOT NULL DEFAULT '',
    conversation uuid,
    outcome      text NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'done', 'changed', 'dropped')),
    note         text NOT NULL DEFAULT '',
    at           timestamptz NOT NULL DEFAULT now(),
    outcome_at   timestamptz,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id),
    CHECK ((outcome = 'open') = (outcome_at IS NULL))
);
CREATE INDEX commitments_due ON commitments (owner, due) WHERE outcome = 'open';

CREATE TABLE commitment_asks (
    owner      uuid NOT NULL,
    commitment uuid NOT NULL,
    reply      uuid NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, commitment, reply),
    FOREIGN KEY (owner, commitment) REFERENCES commitments (owner, id) ON DELETE CASCADE,
    FOREIGN KEY (owner, reply) REFERENCES replies (owner, id)
);
COMMENT ON TABLE commitment_asks IS 'when the coach asked about it; apart, so that the pipeline writes nothing on a commitment';

ALTER TABLE insights ENABLE ROW LEVEL SECURITY;
ALTER TABLE insights FORCE ROW LEVEL SECURITY;
ALTER TABLE insight_wordings ENABLE ROW LEVEL SECURITY;
ALTER TABLE insight_wordings FORCE ROW LEVEL SECURITY;
ALTER TABLE insight_quotes ENABLE ROW LEVEL SECURITY;
ALTER TABLE insight_quotes FORCE ROW LEVEL SECURITY;
ALTER TABLE proposals ENABLE ROW LEVEL SECURITY;
ALTER TABLE proposals FORCE ROW LEVEL SECURITY;
ALTER TABLE proposal_quotes ENABLE ROW LEVEL SECURITY;
ALTER TABLE proposal_quotes FORCE ROW LEVEL SECURITY;
ALTER TABLE commitments ENABLE ROW LEVEL SECURITY;
ALTER TABLE commitments FORCE ROW LEVEL SECURITY;
ALTER TABLE commitment_asks ENABLE ROW LEVEL SECURITY;
ALTER TABLE commitment_asks FORCE ROW LEVEL SECURITY;

CREATE POLICY own ON insights TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON insight_wordings TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON insight_quotes TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON proposals TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY point ON proposals TO innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person() AND state = 'open');
CREATE POLICY own ON proposal_quotes TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON commitments TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON commitment_asks TO innerwork_act, innerwork_pipeline USING (owner = person()) WITH CHECK (owner = person());
