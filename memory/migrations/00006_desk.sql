-- +goose Up
-- The coach's two functions. He has no SELECT on any table of a leader.

-- +goose StatementBegin
CREATE FUNCTION desk(leader uuid)
RETURNS TABLE (release uuid, conversation uuid, heading text, text text, cited jsonb, asked jsonb,
               released_at timestamptz, new boolean, marks jsonb)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH shown AS (
        SELECT r.id AS release, r.owner, r.at AS released_at, l.id AS line, l.heading, l.at, s.conversation,
               coalesce(l.text, substr(f.text, q.start + 1, q."end" - q.start)) AS text,
               CASE WHEN q.id IS NULL THEN '[]' ELSE jsonb_build_array(jsonb_build_object(
                   'reflection', q.reflection, 'start', q.start, 'end', q."end", 'at', f.at,
                   'text', substr(f.text, q.start + 1, q."end" - q.start))) END AS self,
               CASE WHEN r.with_question AND a.n IS NOT NULL THEN jsonb_build_object(
                   'text', a.text, 'author', a.author, 'model', p.model, 'promptVersion', p.prompt_version,
                   'practice', c.practice, 'at', a.at) END AS asked,
               NOT EXISTS (SELECT FROM readings d WHERE d.owner = r.owner AND d.release = r.id) AS new
        FROM releases r
        JOIN lines l ON l.owner = r.owner AND l.id = r.line
        JOIN summaries s ON s.owner = l.owner AND s.id = l.summary
        JOIN conversations c ON c.owner = s.owner AND c.id = s.conversation
        LEFT JOIN quotes q ON q.owner = l.owner AND q.id = l.quote
        LEFT JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
        LEFT JOIN sentences a ON a.owner = l.owner AND a.reply = l.asked_reply AND a.n = l.asked_n
        LEFT JOIN replies p ON p.owner = a.owner AND p.id = a.reply
        WHERE r.owner = leader AND r.coach = person() AND r.revoked_at IS NULL
    ), read AS (
        INSERT INTO readings (owner, release, coach)
        SELECT shown.owner, shown.release, person() FROM shown
        RETURNING readings.release
    )
    SELECT shown.release, shown.conversation, shown.heading, shown.text,
           shown.self || coalesce((
               SELECT jsonb_agg(jsonb_build_object(
                   'reflection', q.reflection, 'start', q.start, 'end', q."end", 'at', f.at,
                   'text', substr(f.text, q.start + 1, q."end" - q.start)) ORDER BY f.at, q.start)
               FROM line_quotes k
               JOIN quotes q ON q.owner = k.owner AND q.id = k.quote
               JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
               WHERE k.owner = shown.owner AND k.line = shown.line), '[]'),
           shown.asked, shown.released_at, shown.new,
           coalesce((
               SELECT jsonb_agg(jsonb_build_object(
                   'id', m.id, 'release', m.release, 'line', shown.line, 'coach', m.coach, 'on', m."on",
                   'kind', m.kind, 'note', m.note, 'at', m.at,
                   'answer', coalesce(w.text, ''), 'answeredAt', w.at) ORDER BY m.at)
               FROM marks m LEFT JOIN answers w ON w.owner = m.owner AND w.mark = m.id
               WHERE m.owner = shown.owner AND m.release = shown.release), '[]')
    FROM shown JOIN read ON read.release = shown.release
    ORDER BY shown.at, shown.line
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION desk(uuid) IS 'the lines a leader released to the coach; one statement returns them and writes the readings';

-- +goose StatementBegin
CREATE FUNCTION mark(leader uuid, id uuid, release uuid, on_what text, kind text, note text)
RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH live AS (
        SELECT r.owner, r.id FROM releases r
        WHERE r.owner = mark.leader AND r.id = mark.release AND r.coach = person() AND r.revoked_at IS NULL
          AND (mark.on_what <> 'question' OR r.with_question)
    ), made AS (
        INSERT INTO marks (owner, id, release, coach, "on", kind, note)
        SELECT live.owner, mark.id, live.id, person(), mark.on_what, mark.kind, mark.note FROM live
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM made)
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION mark(uuid, uuid, uuid, text, text, text) IS 'false if there is no live release of that to this coach';

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
