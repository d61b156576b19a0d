-- +goose Up
-- The coach's functions. He has no SELECT on any table of a leader.

-- A line as it is shown: the desk and her preview of it read the same view, each
-- as far as its role may see.
CREATE VIEW shown_lines WITH (security_invoker = true) AS
    SELECT l.owner, l.id AS line, l.heading, l.at, s.conversation,
           coalesce(l.text, substr(f.text, q.start + 1, q."end" - q.start)) AS text,
           CASE WHEN q.id IS NULL THEN '[]' ELSE jsonb_build_array(jsonb_build_object(
               'reflection', q.reflection, 'start', q.start, 'end', q."end", 'at', f.at,
               'text', substr(f.text, q.start + 1, q."end" - q.start))) END
           || coalesce((
               SELECT jsonb_agg(jsonb_build_object(
                   'reflection', q.reflection, 'start', q.start, 'end', q."end", 'at', f.at,
                   'text', substr(f.text, q.start + 1, q."end" - q.start)) ORDER BY f.at, q.start, q.id)
               FROM line_quotes k
               JOIN quotes q ON q.owner = k.owner AND q.id = k.quote
               JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
               WHERE k.owner = l.owner AND k.line = l.id), '[]') AS cited,
           CASE WHEN a.n IS NOT NULL THEN jsonb_build_object(
               'text', a.text, 'author', a.author, 'practice', c.practice, 'at', a.at,
               'model', CASE WHEN a.author = 'model' THEN p.model ELSE '' END,
               'promptVersion', CASE WHEN a.author = 'model' THEN p.prompt_version ELSE '' END) END AS asked
    FROM lines l
    JOIN summaries s ON s.owner = l.owner AND s.id = l.summary
    JOIN conversations c ON c.owner = s.owner AND c.id = s.conversation
    LEFT JOIN quotes q ON q.owner = l.owner AND q.id = l.quote
    LEFT JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
    LEFT JOIN sentences a ON a.owner = l.owner AND a.reply = l.asked_reply AND a.n = l.asked_n AND a.blanked_at IS NULL
    LEFT JOIN replies p ON p.owner = a.owner AND p.id = a.reply;

-- +goose StatementBegin
CREATE FUNCTION desk(leader uuid)
RETURNS TABLE (release uuid, conversation uuid, heading text, text text, cited jsonb, asked jsonb,
               released_at timestamptz, new boolean, marks jsonb)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH shown AS (
        SELECT v.*, r.id AS release, r.at AS released_at, r.with_question,
               NOT EXISTS (SELECT FROM readings d WHERE d.owner = r.owner AND d.release = r.id) AS new
        FROM releases r JOIN shown_lines v ON v.owner = r.owner AND v.line = r.line
        WHERE r.owner = leader AND r.coach = person() AND r.revoked_at IS NULL
    ), read AS (
        INSERT INTO readings (owner, release, coach)
        SELECT shown.owner, shown.release, person() FROM shown
        RETURNING readings.release
    )
    SELECT shown.release, shown.conversation, shown.heading, shown.text,
           shown.cited, CASE WHEN shown.with_question THEN shown.asked END, shown.released_at, shown.new,
           coalesce((
               SELECT jsonb_agg(jsonb_build_object(
                   'id', m.id, 'release', m.release, 'line', shown.line, 'coach', m.coach, 'on', m."on",
                   'kind', m.kind, 'note', m.note, 'at', m.at,
                   'answer', coalesce(w.text, ''), 'answeredAt', w.at) ORDER BY m.at, m.id)
               FROM marks m LEFT JOIN answers w ON w.owner = m.owner AND w.mark = m.id
               WHERE m.owner = shown.owner AND m.release = shown.release), '[]')
    FROM shown JOIN read ON read.release = shown.release
    ORDER BY shown.at, shown.line
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION desk(uuid) IS 'the lines a leader released to the coach; one statement returns them and writes the readings';

-- +goose StatementBegin
CREATE FUNCTION mark(leader uuid, id uuid, release uuid, on_what text, kind text, note text)
RETURNS TABLE (line uuid, at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH live AS (
        SELECT r.owner, r.id, r.line FROM releases r JOIN lines l ON l.owner = r.owner AND l.id = r.line
        WHERE r.owner = mark.leader AND r.id = mark.release AND r.coach = person() AND r.revoked_at IS NULL
          AND (mark.on_what <> 'question' OR (r.with_question AND l.asked_n IS NOT NULL))
    ), same AS (
        SELECT live.line, m.at FROM live JOIN marks m ON m.owner = live.owner AND m.release = live.id
        WHERE m.id = mark.id AND m."on" = mark.on_what AND m.kind = mark.kind AND m.note = mark.note
    ), made AS (
        INSERT INTO marks (owner, id, release, coach, "on", kind, note)
        SELECT live.owner, mark.id, live.id, person(), mark.on_what, mark.kind, mark.note
        FROM live WHERE NOT EXISTS (SELECT FROM same)
        RETURNING marks.at
    )
    SELECT same.line, same.at FROM same UNION ALL SELECT live.line, made.at FROM live, made
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION mark(uuid, uuid, uuid, text, text, text) IS 'no row if there is no live release of that to this coach; the same mark again is the same mark';

-- +goose StatementBegin
CREATE FUNCTION desk_counts()
RETURNS TABLE (leader uuid, lines bigint, unread bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp STABLE AS $$
    SELECT r.owner, count(*), count(*) FILTER (WHERE NOT EXISTS (
        SELECT FROM readings d WHERE d.owner = r.owner AND d.release = r.id))
    FROM releases r WHERE r.coach = person() AND r.revoked_at IS NULL
    GROUP BY r.owner
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION desk_counts() IS 'how many lines each leader released to the coach, and how many he has not seen; shows none of them';

GRANT CREATE ON SCHEMA public TO innerwork_reader;
ALTER FUNCTION desk(uuid) OWNER TO innerwork_reader;
ALTER FUNCTION mark(uuid, uuid, uuid, text, text, text) OWNER TO innerwork_reader;
ALTER FUNCTION desk_counts() OWNER TO innerwork_reader;
REVOKE CREATE ON SCHEMA public FROM innerwork_reader;
