-- +goose Up
-- What she lets a human coach see, line by line, and what he marks.

CREATE TABLE summaries (
    owner        uuid NOT NULL REFERENCES people,
    id           uuid NOT NULL,
    conversation uuid NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, id),
    UNIQUE (owner, conversation),
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id)
);

CREATE TABLE lines (
    owner       uuid NOT NULL,
    id          uuid NOT NULL,
    summary     uuid NOT NULL,
    heading     text NOT NULL CHECK (heading IN ('came-for', 'noticed', 'keep', 'will-do', 'stays-open')),
    text        text CHECK (text <> ''),
    quote       uuid,
    asked_reply uuid, -- the question that came before it
    asked_n     int,
    at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, summary) REFERENCES summaries (owner, id),
    FOREIGN KEY (owner, quote) REFERENCES quotes (owner, id),
    FOREIGN KEY (owner, asked_reply, asked_n) REFERENCES sentences (owner, reply, n),
    CONSTRAINT line_is_typed_or_quoted CHECK (num_nonnulls(text, quote) = 1),
    CHECK ((asked_reply IS NULL) = (asked_n IS NULL))
);
COMMENT ON TABLE lines IS 'never updated: what a coach saw stays what she released; another wording is another line';
CREATE INDEX lines_summary ON lines (owner, summary);
CREATE INDEX lines_quote ON lines (owner, quote) WHERE quote IS NOT NULL;

CREATE TABLE line_quotes (
    owner uuid NOT NULL,
    line  uuid NOT NULL,
    quote uuid NOT NULL,
    PRIMARY KEY (owner, line, quote),
    FOREIGN KEY (owner, line) REFERENCES lines (owner, id) ON DELETE CASCADE,
    FOREIGN KEY (owner, quote) REFERENCES quotes (owner, id)
);
CREATE INDEX line_quotes_quote ON line_quotes (owner, quote);

CREATE TABLE releases (
    owner         uuid NOT NULL,
    id            uuid NOT NULL,
    line          uuid NOT NULL, -- no foreign key: that there was a release outlives a line that went
    coach         uuid NOT NULL,
    with_question boolean NOT NULL,
    at            timestamptz NOT NULL DEFAULT now(),
    revoked_at    timestamptz,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, coach) REFERENCES coachings (owner, coach)
);
CREATE UNIQUE INDEX releases_live ON releases (owner, line, coach) WHERE revoked_at IS NULL;
CREATE INDEX releases_coach ON releases (coach, owner) WHERE revoked_at IS NULL;

CREATE TABLE readings (
    owner   uuid NOT NULL,
    id      uuid NOT NULL DEFAULT gen_random_uuid(),
    release uuid NOT NULL,
    coach   uuid NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, release) REFERENCES releases (owner, id)
);
CREATE INDEX readings_release ON readings (owner, release, at);
COMMENT ON TABLE readings IS 'written by the statement that returns a line to a coach, and by nothing else';

CREATE TABLE marks (
    owner       uuid NOT NULL,
    id          uuid NOT NULL,
    release     uuid NOT NULL,
    coach       uuid NOT NULL,
    "on"        text NOT NULL CHECK ("on" IN ('line', 'question')),
    kind        text NOT NULL CHECK (kind IN ('unsupported', 'leading', 'over-reach', 'missed-signal')),
    note        text NOT NULL DEFAULT '', -- the coach's words
    at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, release) REFERENCES releases (owner, id)
);
CREATE INDEX marks_release ON marks (owner, release);

CREATE TABLE answers (
    owner uuid NOT NULL,
    mark  uuid NOT NULL,
    text  text NOT NULL CHECK (text <> ''),
    at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, mark),
    FOREIGN KEY (owner, mark) REFERENCES marks (owner, id)
);

ALTER TABLE summaries ENABLE ROW LEVEL SECURITY;
ALTER TABLE summaries FORCE ROW LEVEL SECURITY;
ALTER TABLE lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE lines FORCE ROW LEVEL SECURITY;
ALTER TABLE line_quotes ENABLE ROW LEVEL SECURITY;
ALTER TABLE line_quotes FORCE ROW LEVEL SECURITY;
ALTER TABLE releases ENABLE ROW LEVEL SECURITY;
ALTER TABLE releases FORCE ROW LEVEL SECURITY;
ALTER TABLE readings ENABLE ROW LEVEL SECURITY;
ALTER TABLE readings FORCE ROW LEVEL SECURITY;
ALTER TABLE marks ENABLE ROW LEVEL SECURITY;
ALTER TABLE marks FORCE ROW LEVEL SECURITY;
ALTER TABLE answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE answers FORCE ROW LEVEL SECURITY;

CREATE POLICY own ON summaries TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON lines TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON line_quotes TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON releases TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY tied ON releases AS RESTRICTIVE FOR INSERT TO innerwork_act WITH CHECK (
    EXISTS (SELECT FROM coachings c WHERE c.owner = releases.owner AND c.coach = releases.coach
            AND c.confirmed_at IS NOT NULL AND c.ended_at IS NULL)
    AND EXISTS (SELECT FROM lines l WHERE l.owner = releases.owner AND l.id = releases.line)
    AND NOT EXISTS (
        SELECT FROM quotes q JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
        WHERE q.owner = releases.owner AND f.apart AND (
            q.id = (SELECT l.quote FROM lines l WHERE l.owner = releases.owner AND l.id = releases.line)
            OR q.id IN (SELECT k.quote FROM line_quotes k WHERE k.owner = releases.owner AND k.line = releases.line))));
COMMENT ON POLICY tied ON releases IS 'only a line that is there, made of nothing kept apart, to a coach whom she confirmed and nobody sent away';
CREATE POLICY ended ON releases AS RESTRICTIVE FOR UPDATE TO innerwork_act USING (true) WITH CHECK (revoked_at IS NOT NULL);
COMMENT ON POLICY ended ON releases IS 'a release can be ended, never taken up again: another release is another row';
CREATE POLICY own ON readings TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON marks TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());
CREATE POLICY own ON answers TO innerwork_act USING (owner = person()) WITH CHECK (owner = person());

-- The coach's way in. Function desk() is owned by role "reader", which nobody
-- signs in as; the policies below are all that it can see, and they hang on a
-- live release to the person that the transaction acts for.
CREATE POLICY released ON releases TO innerwork_reader USING (coach = person() AND revoked_at IS NULL AND EXISTS (
    SELECT FROM coachings c WHERE c.owner = releases.owner AND c.coach = releases.coach
    AND c.confirmed_at IS NOT NULL AND c.ended_at IS NULL));
CREATE POLICY released ON readings TO innerwork_reader USING (coach = person()) WITH CHECK (coach = person());
CREATE POLICY released ON lines TO innerwork_reader USING (EXISTS (
    SELECT FROM releases r WHERE r.owner = lines.owner AND r.line = lines.id));
CREATE POLICY released ON line_quotes TO innerwork_reader USING (EXISTS (
    SELECT FROM lines l WHERE l.owner = line_quotes.owner AND l.id = line_quotes.line));
CREATE POLICY released ON quotes TO innerwork_reader USING (EXISTS (
    SELECT FROM lines l WHERE l.owner = quotes.owner AND l.quote = quotes.id)
    OR EXISTS (SELECT FROM line_quotes q WHERE q.owner = quotes.owner AND q.quote = quotes.id));
CREATE POLICY released ON reflections TO innerwork_reader USING (EXISTS (
    SELECT FROM quotes q WHERE q.owner = reflections.owner AND q.reflection = reflections.id));
CREATE POLICY released ON summaries TO innerwork_reader USING (EXISTS (
    SELECT FROM lines l WHERE l.owner = summaries.owner AND l.summary = summaries.id));
CREATE POLICY released ON conversations TO innerwork_reader USING (EXISTS (
    SELECT FROM summaries s WHERE s.owner = conversations.owner AND s.conversation = conversations.id));
CREATE POLICY released ON sentences TO innerwork_reader USING (EXISTS (
    SELECT FROM lines l JOIN releases r ON r.owner = l.owner AND r.line = l.id
    WHERE l.owner = sentences.owner AND l.asked_reply = sentences.reply AND l.asked_n = sentences.n AND r.with_question));
CREATE POLICY released ON replies TO innerwork_reader USING (EXISTS (
    SELECT FROM sentences s WHERE s.owner = replies.owner AND s.reply = replies.id));
CREATE POLICY released ON marks TO innerwork_reader
    USING (coach = person()) WITH CHECK (coach = person());
CREATE POLICY released ON answers TO innerwork_reader USING (EXISTS (
    SELECT FROM marks m WHERE m.owner = answers.owner AND m.id = answers.mark));
