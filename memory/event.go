package memory

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

// event appends to what happened in a conversation. Its number is the next
// one: the row of the conversation is locked until the commit, so numbers have
// no gaps and a reader never sees a later one first.
func (t *tx) event(ctx context.Context, conversation ID, kind EventKind, about *ID, n int, stage Stage) (seq int64, id ID, err error) {
	id = t.store.newID()
	err = t.QueryRow(ctx, appendEvent, t.owner, conversation, id, kind, about, n, stage).Scan(&seq)
	if err != nil {
		return 0, id, err
	}
	if t.touched == nil {
		t.touched = map[ID]bool{}
	}
	t.touched[conversation] = true
	return seq, id, nil
}

const appendEvent = `
	WITH at AS (
		UPDATE conversations SET last_seq = last_seq + 1, last_at = clock_timestamp()
		WHERE owner = $1 AND id = $2 RETURNING last_seq
	)
	INSERT INTO events (owner, conversation, seq, id, kind, about, n, stage, at)
	SELECT $1, $2, at.last_seq, $3, $4, $5, nullif($6, 0), nullif($7, ''), clock_timestamp() FROM at
	RETURNING seq`

// Events returns what happened after the cursor, at most limit events in their
// order. foreign is true if the cursor is not of this history (its number is
// there under another id, or is not there at all), as after a restore; the
// events are then the first ones.
func (s *Store) Events(ctx context.Context, owner, conversation ID, after Cursor, limit int) (events []Event, foreign bool, err error) {
	defer wrap(&err, "events of %v", conversation)
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		var there, known bool
		err := tx.QueryRow(ctx, `
			SELECT EXISTS (SELECT FROM conversations WHERE owner = $1 AND id = $2),
			       EXISTS (SELECT FROM events WHERE owner = $1 AND conversation = $2 AND seq = $3 AND id = $4)`,
			owner, conversation, after.Seq, after.ID).Scan(&there, &known)
		if err != nil {
			return err
		}
		if !there {
			return pgx.ErrNoRows
		}
		if after.Seq > 0 && !known {
			foreign, after = true, Cursor{}
		}
		events, err = tx.events(ctx, conversation, after.Seq, limit)
		return err
	})
	return events, foreign, err
}

func (t *tx) events(ctx context.Context, conversation ID, after int64, limit int) ([]Event, error) {
	rows, err := t.Query(ctx, `
		SELECT e.seq, e.id, e.kind, e.at, e.about, coalesce(e.n, 0), coalesce(e.stage, '')
		FROM events e WHERE e.owner = $1 AND e.conversation = $2 AND e.seq > $3
		ORDER BY e.seq LIMIT $4`, t.owner, conversation, after, limit)
	if err != nil {
		return nil, err
	}
	var events []Event
	var abouts []*ID
	var ns []int
	for rows.Next() {
		e := Event{Conversation: conversation}
		var about *ID
		var n int
		if err := rows.Scan(&e.Seq, &e.ID, &e.Kind, &e.At, &about, &n, &e.Stage); err != nil {
			return nil, err
		}
		events, abouts, ns = append(events, e), append(abouts, about), append(ns, n)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return events, t.fill(ctx, events, abouts, ns)
}

// fill joins the words to the events, one query for each kind that occurs.
func (t *tx) fill(ctx context.Context, events []Event, abouts []*ID, ns []int) error {
	by := map[EventKind][]ID{}
	for i, e := range events {
		if abouts[i] != nil {
			by[e.Kind] = append(by[e.Kind], *abouts[i])
		}
	}
	said, err := t.reflections(ctx, by[EventSaid])
	if err != nil {
		return err
	}
	replies, err := t.replies(ctx, slices.Concat(by[EventReply], by[EventEnd], by[EventSources]))
	if err != nil {
		return err
	}
	sentences, err := t.sentences(ctx, by[EventSentence])
	if err != nil {
		return err
	}
	sources, err := t.sources(ctx, by[EventSources])
	if err != nil {
		return err
	}
	proposals, err := t.proposals(ctx, by[EventProposal])
	if err != nil {
		return err
	}
	for i := range events {
		if abouts[i] == nil {
			continue
		}
		switch about := *abouts[i]; events[i].Kind {
		case EventSaid:
			events[i].Said = said[about]
		case EventReply, EventSources:
			if r := replies[about]; r != nil {
				accepted := *r // as it was then: how it went, the later events say
				accepted.State, accepted.Reason = Accepted, ""
				events[i].Reply = &accepted
			}
			events[i].Sources = sources[about]
		case EventEnd:
			events[i].Reply = replies[about]
		case EventSentence:
			events[i].Sentence = sentences[sentenceKey{about, ns[i]}]
		case EventProposal:
			events[i].Proposal = proposals[about]
		}
	}
	return nil
}

type sentenceKey struct {
	reply ID
	n     int
}

func (t *tx) reflections(ctx context.Context, ids []ID) (map[ID]*Reflection, error) {
	return byID(ctx, t, ids, `
		SELECT r.id, r.kind, r.text, r.conversation, r.at, r.zone, r.supersedes, n.id, r.apart
		FROM reflections r LEFT JOIN reflections n ON n.owner = r.owner AND n.supersedes = r.id
		WHERE r.owner = $1 AND r.id = ANY ($2)`,
		func(row pgx.CollectableRow) (id ID, r Reflection, err error) {
			err = row.Scan(&r.ID, &r.Kind, &r.Text, &r.Conversation, &r.At, &r.Zone, &r.Supersedes, &r.SupersededBy, &r.Apart)
			return r.ID, r, err
		})
}

func (t *tx) replies(ctx context.Context, ids []ID) (map[ID]*Reply, error) {
	return byID(ctx, t, ids, `
		SELECT id, conversation, reflection, state, reason, speaker, model, prompt_version, at
		FROM replies WHERE owner = $1 AND id = ANY ($2)`,
		func(row pgx.CollectableRow) (id ID, r Reply, err error) {
			err = row.Scan(&r.ID, &r.Conversation, &r.Reflection, &r.State, &r.Reason, &r.Speaker, &r.Model, &r.PromptVersion, &r.At)
			return r.ID, r, err
		})
}

func (t *tx) sentences(ctx context.Context, replies []ID) (map[sentenceKey]*Sentence, error) {
	return byID(ctx, t, replies, `
		SELECT s.reply, s.n, s.kind, s.author, CASE WHEN s.author = 'model' THEN p.model ELSE '' END,
		       CASE WHEN s.author = 'model' THEN p.prompt_version ELSE '' END,
		       s.text, s.question_key, s.blanked_at IS NOT NULL,
		       q.reflection, q.start, q."end", substr(f.text, q.start + 1, q."end" - q.start), f.at, f.conversation
		FROM sentences s JOIN replies p ON p.owner = s.owner AND p.id = s.reply
		LEFT JOIN quotes q ON q.owner = s.owner AND q.id = s.quote
		LEFT JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
		WHERE s.owner = $1 AND s.reply = ANY ($2)`,
		func(row pgx.CollectableRow) (key sentenceKey, s Sentence, err error) {
			var q nullQuote
			err = row.Scan(&s.Reply, &s.N, &s.Kind, &s.Author, &s.Model, &s.PromptVersion, &s.Text, &s.QuestionKey, &s.Blanked,
				&q.reflection, &q.start, &q.end, &q.text, &q.at, &q.conversation)
			s.Quote = q.quote()
			return sentenceKey{s.Reply, s.N}, s, err
		})
}

func (t *tx) sources(ctx context.Context, replies []ID) (map[ID][]Source, error) {
	all := map[ID][]Source{}
	if len(replies) == 0 {
		return all, nil
	}
	rows, err := t.Query(ctx, `
		SELECT s.reply, s.handle, s.passage, s.reflection, s.start, s."end", substr(f.text, s.start + 1, s."end" - s.start),
		       f.at, f.conversation, f.kind, s.score, s.similarity, s.terms, s.given, s.quoted
		FROM sources s JOIN reflections f ON f.owner = s.owner AND f.id = s.reflection
		WHERE s.owner = $1 AND s.reply = ANY ($2) ORDER BY s.reply, s.handle`, t.owner, replies)
	if err != nil {
		return nil, err
	}
	var reply ID
	var s Source
	var score, similarity float32
	_, err = pgx.ForEachRow(rows, []any{&reply, &s.Handle, &s.ID, &s.Reflection, &s.Start, &s.End, &s.Text,
		&s.At, &s.Conversation, &s.Kind, &score, &similarity, &s.Terms, &s.Given, &s.Quoted}, func() error {
		s.Score, s.Similarity = float64(score), float64(similarity)
		all[reply] = append(all[reply], s)
		s.Terms, s.Conversation = nil, nil // not shared with the next row
		return nil
	})
	return all, err
}

func (t *tx) proposals(ctx context.Context, ids []ID) (map[ID]*Proposal, error) {
	return byID(ctx, t, ids, `
		SELECT p.id, p.conversation, p.question, p.state, p.insight, p.at, p.decided_at, coalesce(jsonb_agg(jsonb_build_object(
			'reflection', q.reflection, 'start', q.start, 'end', q."end", 'at', f.at, 'conversation', f.conversation,
			'text', substr(f.text, q.start + 1, q."end" - q.start)) ORDER BY f.at, q.start)
			FILTER (WHERE q.id IS NOT NULL), '[]')
		FROM proposals p
		LEFT JOIN proposal_quotes k ON k.owner = p.owner AND k.proposal = p.id
		LEFT JOIN quotes q ON q.owner = k.owner AND q.id = k.quote
		LEFT JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
		WHERE p.owner = $1 AND p.id = ANY ($2) GROUP BY p.owner, p.id`,
		func(row pgx.CollectableRow) (id ID, p Proposal, err error) {
			err = row.Scan(&p.ID, &p.Conversation, &p.Question, &p.State, &p.Insight, &p.At, &p.DecidedAt, &p.Quotes)
			return p.ID, p, err
		})
}

// byID collects the rows of a query whose parameters are the owner and a list
// of ids; it asks nothing for an empty list.
func byID[K comparable, V any](ctx context.Context, t *tx, ids []ID, query string,
	scan func(pgx.CollectableRow) (K, V, error)) (map[K]*V, error) {
	all := map[K]*V{}
	if len(ids) == 0 {
		return all, nil
	}
	rows, err := t.Query(ctx, query, t.owner, ids)
	if err != nil {
		return nil, err
	}
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (struct{}, error) {
		key, value, err := scan(row)
		all[key] = &value
		return struct{}{}, err
	})
	return all, err
}
