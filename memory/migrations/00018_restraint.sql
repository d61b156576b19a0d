-- +goose Up
-- How often the coach held back, for an operator: counts, and nobody's words.

-- Function restraint() is owned by role "counter", which nobody signs in as. Its
-- grants are on columns without words, and its policies hang on the person that
-- the transaction acts for being an operator who can sign in.
-- +goose StatementBegin
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['conversations', 'replies', 'sentences', 'summaries', 'lines', 'releases', 'marks', 'answers'] LOOP
        EXECUTE format('CREATE POLICY counted ON %I FOR SELECT TO innerwork_counter USING (EXISTS (
            SELECT FROM person_roles r JOIN people p ON p.id = r.person
            WHERE r.person = person() AND r.role = ''operator'' AND p.disabled_at IS NULL))', name);
    END LOOP;
END $$;
-- +goose StatementEnd

-- A term is four whole weeks, the same for everybody; terms do not overlap, so
-- that no two cards can be subtracted from each other. The one that still runs
-- (back = 0) has the operator's own conversations only, and so has one in which
-- fewer than three others had five replies each. Otherwise each row rests on at
-- least three leaders other than the operator with five replies each; the rest of
-- a speaker's practices is added up, then the rest of all, and what still rests
-- on fewer is left out. There is no total. Replies with help in them, and those
-- that came with an archive, are not counted.
-- +goose StatementBegin
CREATE FUNCTION restraint(back int)
RETURNS TABLE (own boolean, since timestamptz, until timestamptz,
               fold int, speaker text, model text, prompt_version text, practice text, what text, n bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp STABLE AS $$
    WITH running AS (
        SELECT timestamptz '2024-01-01 00:00+00' AS first,
               floor(extract(epoch FROM now() - timestamptz '2024-01-01 00:00+00') / (28 * 86400))::int AS nth
    ), term AS (
        SELECT first + (nth - greatest(back, 0)) * interval '672 hours' AS since,
               least(first + (nth - greatest(back, 0) + 1) * interval '672 hours', now()) AS until
        FROM running
    ), counted AS MATERIALIZED (
        SELECT r.owner, r.id, r.speaker, CASE WHEN r.speaker = 'model' THEN r.model ELSE '' END AS model,
               CASE WHEN r.speaker = 'model' THEN r.prompt_version ELSE '' END AS prompt_version,
               c.practice, r.state, r.dropped
        FROM term, replies r JOIN conversations c ON c.owner = r.owner AND c.id = r.conversation
        WHERE r.at >= term.since AND r.at < term.until AND r.ended_at IS NOT NULL
          AND r.speaker IN ('guide', 'model') AND r.node <> '00000000-0000-0000-0000-000000000000'
          AND NOT EXISTS (SELECT FROM sentences s WHERE s.owner = r.owner AND s.reply = r.id AND s.kind = 'help')
    ), mode AS (
        SELECT back <= 0 OR count(*) < 3 AS own FROM (
            SELECT FROM counted WHERE counted.owner <> person() GROUP BY counted.owner HAVING count(*) >= 5) o
    ), marked AS (
        SELECT m.owner, coalesce(r.speaker, 'none') AS speaker,
               CASE WHEN r.speaker = 'model' THEN r.model ELSE '' END AS model,
               CASE WHEN r.speaker = 'model' THEN r.prompt_version ELSE '' END AS prompt_version,
               c.practice, m."on", m.kind,
               EXISTS (SELECT FROM answers a WHERE a.owner = m.owner AND a.mark = m.id AND a.at < term.until) AS answered
        FROM term, marks m
        JOIN releases e ON e.owner = m.owner AND e.id = m.release
        JOIN lines l ON l.owner = e.owner AND l.id = e.line
        JOIN summaries s ON s.owner = l.owner AND s.id = l.summary
        JOIN conversations c ON c.owner = s.owner AND c.id = s.conversation
        LEFT JOIN replies r ON r.owner = l.owner AND r.id = l.asked_reply
             AND r.speaker IN ('guide', 'model') AND r.node <> '00000000-0000-0000-0000-000000000000'
        WHERE m.at >= term.since AND m.at < term.until
    ), facts AS (
        SELECT r.owner, r.speaker, r.model, r.prompt_version, r.practice, x.what, x.n
        FROM counted r CROSS JOIN LATERAL (
            SELECT 'replies', 1::bigint
            UNION ALL SELECT 'ended.' || r.state, 1
            UNION ALL SELECT 'dropped.' || d.key, d.value::bigint FROM jsonb_each_text(r.dropped) d
            UNION ALL SELECT 'released.' || s.kind, 1 FROM sentences s
                      WHERE s.owner = r.owner AND s.reply = r.id AND s.author = r.speaker
            UNION ALL SELECT 'questions', 1 FROM sentences s
                      WHERE s.owner = r.owner AND s.reply = r.id AND s.kind = 'question'
            UNION ALL SELECT 'filled-in', 1 WHERE r.speaker = 'model'
                AND EXISTS (SELECT FROM sentences s WHERE s.owner = r.owner AND s.reply = r.id AND s.author = 'guide')
                AND NOT EXISTS (SELECT FROM sentences s WHERE s.owner = r.owner AND s.reply = r.id AND s.author = 'model')
        ) AS x (what, n)
        UNION ALL
        SELECT m.owner, m.speaker, m.model, m.prompt_version, m.practice, x.what, 1
        FROM marked m CROSS JOIN LATERAL (
            SELECT 'mark.' || m."on" || '.' || m.kind
            UNION ALL SELECT 'answered' WHERE m.answered) AS x (what)
    ), kept AS (
        SELECT f.*, mode.own FROM facts f, mode WHERE NOT mode.own OR f.owner = person()
    ), firm AS ( -- a speaker in one practice
        SELECT o.speaker, o.model, o.prompt_version, o.practice FROM (
            SELECT k.owner, k.speaker, k.model, k.prompt_version, k.practice FROM kept k
            WHERE k.what = 'replies' AND k.owner <> person() GROUP BY 1, 2, 3, 4, 5 HAVING sum(k.n) >= 5) o
        GROUP BY 1, 2, 3, 4 HAVING count(*) >= 3
    ), single AS (
        SELECT k.*, CASE WHEN k.own OR firm.speaker IS NOT NULL THEN 0 END AS fold
        FROM kept k LEFT JOIN firm USING (speaker, model, prompt_version, practice)
    ), firmer AS ( -- a speaker's other practices
        SELECT o.speaker, o.model, o.prompt_version FROM (
            SELECT k.owner, k.speaker, k.model, k.prompt_version FROM single k
            WHERE k.fold IS NULL AND k.what = 'replies' AND k.owner <> person() GROUP BY 1, 2, 3, 4 HAVING sum(k.n) >= 5) o
        GROUP BY 1, 2, 3 HAVING count(*) >= 3
    ), spoken AS (
        SELECT k.owner, k.speaker, k.model, k.prompt_version, k.practice, k.what, k.n,
               coalesce(k.fold, CASE WHEN firmer.speaker IS NOT NULL THEN 1 END) AS fold
        FROM single k LEFT JOIN firmer USING (speaker, model, prompt_version)
    ), rest AS ( -- everything else
        SELECT count(*) >= 3 AS firm FROM (
            SELECT FROM spoken k WHERE k.fold IS NULL AND k.what = 'replies' AND k.owner <> person()
            GROUP BY k.owner HAVING sum(k.n) >= 5) o
    ), folded AS (
        SELECT k.*, coalesce(k.fold, CASE WHEN rest.firm THEN 2 END) AS level FROM spoken k, rest
    ), shown AS (
        SELECT f.level, CASE WHEN f.level < 2 THEN f.speaker ELSE '' END AS speaker, CASE WHEN f.level < 2 THEN f.model ELSE '' END AS model,
               CASE WHEN f.level < 2 THEN f.prompt_version ELSE '' END AS prompt_version,
               CASE WHEN f.level < 1 THEN f.practice ELSE '' END AS practice, f.what, sum(f.n)::bigint AS n
        FROM folded f WHERE f.level IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
    )
    SELECT mode.own, term.since, term.until, shown.level, shown.speaker, shown.model, shown.prompt_version, shown.practice, shown.what, shown.n
    FROM term CROSS JOIN mode LEFT JOIN shown ON true
    WHERE EXISTS (SELECT FROM person_roles r JOIN people p ON p.id = r.person
                  WHERE r.person = person() AND r.role = 'operator' AND p.disabled_at IS NULL)
    ORDER BY shown.level, shown.speaker, shown.model, shown.prompt_version, shown.practice, shown.what
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION restraint(int) IS 'counts of a term of four whole weeks for an operator; no row rests on fewer than three other leaders, or it is his own; nobody else gets a row';

GRANT CREATE ON SCHEMA public TO innerwork_counter;
ALTER FUNCTION restraint(int) OWNER TO innerwork_counter;
REVOKE CREATE ON SCHEMA public FROM innerwork_counter;

-- A coach takes back a mark that she has not answered, and is told of answers
-- that came since he last looked.
-- +goose StatementBegin
CREATE FUNCTION unmark(leader uuid, id uuid) RETURNS TABLE (answered boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH his AS (
        SELECT m.owner, m.id, EXISTS (SELECT FROM answers a WHERE a.owner = m.owner AND a.mark = m.id) AS answered
        FROM marks m JOIN releases r ON r.owner = m.owner AND r.id = m.release
        WHERE m.owner = unmark.leader AND m.id = unmark.id AND m.coach = person() AND r.revoked_at IS NULL
    ), gone AS (
        DELETE FROM marks USING his WHERE marks.owner = his.owner AND marks.id = his.id AND NOT his.answered
    )
    SELECT his.answered FROM his
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION unmark(uuid, uuid) IS 'no row if the coach has no such mark on a line that is released to him; an answered one stays';

-- +goose StatementBegin
CREATE FUNCTION desk_answers() RETURNS TABLE (leader uuid, answers bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp STABLE AS $$
    SELECT m.owner, count(*)
    FROM marks m JOIN answers a ON a.owner = m.owner AND a.mark = m.id
    JOIN releases r ON r.owner = m.owner AND r.id = m.release
    WHERE m.coach = person() AND r.revoked_at IS NULL AND NOT EXISTS (
        SELECT FROM readings d WHERE d.owner = m.owner AND d.release = m.release AND d.at > a.at)
    GROUP BY m.owner
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION desk_answers() IS 'how many answers of each leader the coach has not seen; shows none of them';

GRANT CREATE ON SCHEMA public TO innerwork_reader;
ALTER FUNCTION unmark(uuid, uuid) OWNER TO innerwork_reader;
ALTER FUNCTION desk_answers() OWNER TO innerwork_reader;
REVOKE CREATE ON SCHEMA public FROM innerwork_reader;
