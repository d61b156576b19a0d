-- Who may write what. Run at every start after the migrations: everything is
-- taken away first, so that this page is all there is.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, innerwork_act, innerwork_pipeline, innerwork_system, innerwork_reader, innerwork_counter;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, innerwork_act, innerwork_pipeline, innerwork_system, innerwork_reader, innerwork_counter;
REVOKE CREATE ON SCHEMA public FROM PUBLIC, innerwork_act, innerwork_pipeline, innerwork_system, innerwork_reader, innerwork_counter;
GRANT USAGE ON SCHEMA public TO innerwork_act, innerwork_pipeline, innerwork_system, innerwork_reader, innerwork_counter;

-- The desk's functions are the reader's; only a signed-in person may call them.
SET LOCAL ROLE innerwork_reader;
REVOKE EXECUTE ON FUNCTION desk(uuid), mark(uuid, uuid, uuid, text, text, text), unmark(uuid, uuid), desk_counts(), desk_answers() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION desk(uuid), mark(uuid, uuid, uuid, text, text, text), unmark(uuid, uuid), desk_counts(), desk_answers() TO innerwork_act;
RESET ROLE;
SET LOCAL ROLE innerwork_counter;
REVOKE EXECUTE ON FUNCTION restraint(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION restraint(int) TO innerwork_act;
RESET ROLE;

-- act: what a signed-in person does. The only role that writes her words and
-- her conclusions.
GRANT SELECT ON
    conversations, reflections, tombstones, replies, quotes, sentences, mirrored, events,
    threads, passages, terms, lent, vectors, senses, sources, generations,
    insights, insight_wordings, insight_quotes, proposals, proposal_quotes, commitments, commitment_asks,
    summaries, lines, line_quotes, shown_lines, releases, readings, marks, answers, themes, learning TO innerwork_act;
GRANT SELECT (owner, coach, confirmed_at, ended_at) ON coachings TO innerwork_act, innerwork_reader;
GRANT INSERT ON
    conversations, reflections, tombstones, replies, quotes, events,
    insights, insight_wordings, insight_quotes, commitments,
    summaries, lines, line_quotes, releases, answers, themes, learning, audit TO innerwork_act;
GRANT UPDATE (practice, stage, paused_at, clarity, last_seq, last_at, closed_at) ON conversations TO innerwork_act;
GRANT UPDATE (apart, unlearned, outdated_at) ON reflections TO innerwork_act; -- the words themselves, never
GRANT UPDATE (paused_at) ON learning TO innerwork_act;
GRANT UPDATE (name, words) ON themes TO innerwork_act;
GRANT UPDATE (unfit_at) ON sources TO innerwork_act;
GRANT UPDATE (state, reason, fence, ended_at) ON replies TO innerwork_act; -- she stops one
GRANT UPDATE (text, quote, blanked_at) ON sentences TO innerwork_act;      -- forgetting blanks one
GRANT UPDATE (retired_at) ON insights TO innerwork_act;
GRANT UPDATE (state, insight, decided_at) ON proposals TO innerwork_act;
GRANT UPDATE (outcome, note, outcome_at) ON commitments TO innerwork_act;
GRANT UPDATE (revoked_at) ON releases TO innerwork_act;
GRANT SELECT, UPDATE (passages) ON indexes TO innerwork_act; -- counted as they go
GRANT SELECT, INSERT, UPDATE (said) ON paces TO innerwork_act; -- what she asks for is counted with it
GRANT DELETE ON
    reflections, quotes, mirrored, sources, threads, passages, terms, lent, vectors, senses,
    insights, insight_wordings, insight_quotes, proposals, proposal_quotes, commitments, commitment_asks,
    conversations, replies, sentences, events,
    summaries, lines, line_quotes, marks, answers, themes TO innerwork_act; -- forgetting

GRANT SELECT, INSERT, DELETE ON imports, import_entries, import_skips TO innerwork_act; -- she looks over what she brings in
GRANT UPDATE (zone, report, decided, read_at, expires_at) ON imports TO innerwork_act;
GRANT UPDATE (text, outcome) ON import_entries TO innerwork_act; -- to nothing, once it is a reflection
GRANT INSERT ON sentences, mirrored, sources, proposals, proposal_quotes, commitment_asks TO innerwork_act; -- an archive; policies keep it from replies of here
GRANT SELECT, INSERT, DELETE ON carried TO innerwork_act;
GRANT SELECT, INSERT, UPDATE (done_at, removed, wanted_at) ON forgettings TO innerwork_act;
GRANT UPDATE (conversation) ON insights, commitments TO innerwork_act; -- of a conversation that is forgotten

GRANT SELECT, INSERT ON river_job, river_notification TO innerwork_act; -- a job goes in with what it is about; ids only
GRANT UPDATE (kind) ON river_job TO innerwork_act; -- what River's ON CONFLICT asks for
GRANT USAGE ON SEQUENCE river_job_id_seq, river_notification_id_seq TO innerwork_act;

GRANT SELECT, INSERT, UPDATE (version, at, signs, alone, places, people, services, safer, worth), DELETE ON plans TO innerwork_act; -- nobody else, for nothing

-- pipeline: what runs without her. It reads, replies and points; it has no
-- write grant on a reflection or a conclusion.
GRANT SELECT ON
    conversations, reflections, replies, quotes, sentences, mirrored, events,
    threads, passages, terms, lent, vectors, senses, sources, generations,
    insights, insight_wordings, insight_quotes, proposals, proposal_quotes, commitments, commitment_asks TO innerwork_pipeline;
GRANT INSERT ON
    quotes, sentences, mirrored, events, threads, passages, terms, lent, vectors, senses, sources, generations,
    proposals, proposal_quotes, commitment_asks TO innerwork_pipeline;
GRANT SELECT, INSERT, UPDATE (passages, windows, spread_over) ON indexes TO innerwork_pipeline;
GRANT UPDATE (last_seq, last_at) ON conversations TO innerwork_pipeline;
GRANT UPDATE (state, reason, speaker, model, prompt_version, lease_until, tokens_in, tokens_out, dropped, found, ended_at)
    ON replies TO innerwork_pipeline;
GRANT UPDATE (given, quoted) ON sources TO innerwork_pipeline;
GRANT SELECT, INSERT, UPDATE (tokens) ON unrecorded TO innerwork_pipeline;
GRANT DELETE ON passages, terms, lent, vectors, senses TO innerwork_pipeline; -- made anew from reflections
GRANT SELECT (owner, id, expires_at), DELETE ON imports TO innerwork_pipeline; -- what she did not take in goes

-- system: sign-in, sweeper, job queue. Tables without words only.
GRANT SELECT, INSERT, UPDATE, DELETE ON
    people, person_roles, consents, recovery_codes, sessions, sign_in_attempts, invitations, coachings TO innerwork_system;
GRANT SELECT, INSERT ON audit, audit_told TO innerwork_system;
GRANT SELECT (owner, id, conversation, state, fence, lease_until, ended_at), UPDATE (state, reason, fence, ended_at)
    ON replies TO innerwork_system;
GRANT SELECT (owner, id, last_seq, last_at), UPDATE (last_seq, last_at) ON conversations TO innerwork_system;
GRANT SELECT, INSERT ON events TO innerwork_system;
GRANT SELECT, INSERT ON generations TO innerwork_system;
GRANT SELECT, INSERT, UPDATE ON indexes TO innerwork_system;
GRANT SELECT (owner, id, done_at, wanted_at, rewritten_at), INSERT (owner, id, kind, at), UPDATE (rewritten_at)
    ON forgettings TO innerwork_system; -- an account that is erased

GRANT SELECT, INSERT, UPDATE, DELETE ON
    river_job, river_leader, river_queue, river_notification TO innerwork_system;
GRANT SELECT ON river_migration TO innerwork_system;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO innerwork_system;

-- reader: owns the functions of the coach's desk, and nobody signs in as it.
GRANT SELECT ON
    releases, readings, lines, line_quotes, shown_lines, quotes, reflections, summaries, conversations, sentences, replies,
    marks, answers TO innerwork_reader;
GRANT INSERT ON readings, marks TO innerwork_reader;
GRANT DELETE ON marks TO innerwork_reader;

-- counter: owns the operator's counts, and nobody signs in as it. Columns without
-- words only.
GRANT SELECT (person, role) ON person_roles TO innerwork_counter;
GRANT SELECT (id, disabled_at) ON people TO innerwork_counter;
GRANT SELECT (owner, id, practice) ON conversations TO innerwork_counter;
GRANT SELECT (owner, id, conversation, node, state, speaker, model, prompt_version, dropped, at, ended_at) ON replies TO innerwork_counter;
GRANT SELECT (owner, reply, kind, author) ON sentences TO innerwork_counter;
GRANT SELECT (owner, id, conversation) ON summaries TO innerwork_counter;
GRANT SELECT (owner, id, summary, asked_reply) ON lines TO innerwork_counter;
GRANT SELECT (owner, id, line) ON releases TO innerwork_counter;
GRANT SELECT (owner, id, release, "on", kind, at) ON marks TO innerwork_counter;
GRANT SELECT (owner, mark, at) ON answers TO innerwork_counter;
