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
	var h *happened
	// From the cursor's own event on, which shows that it is of this history.
	err = s.read(ctx, s.act, owner, func(b *batch) { h = b.happened(conversation, max(after.Seq, 1), limit+1) })
	if err == nil && after.Seq > 0 && !h.begins(after) {
		foreign = true
		err = s.read(ctx, s.act, owner, func(b *batch) { h = b.happened(conversation, 1, limit) })
	}
	switch {
	case err != nil:
		return nil, false, err
	case len(h.events) == 0: // a conversation begins with an event
		return nil, false, translate(pgx.ErrNoRows)
	case after.Seq > 0 && !foreign:
		h.drop(1)
	default:
		h.keep(limit)
	}
	if h.wordless() {
		var fill func()
		err = s.read(ctx, s.act, owner, func(b *batch) { fill = b.words(h) })
		if err == nil {
			fill()
		}
	}
	return h.events, foreign, err
}

// happened is events, of whose words only sentences are there, and what each
// is about.
type happened struct {
	events []Event
	abouts []*ID
}

// wordless says that there is more to ask than happened gave.
func (h *happened) wordless() bool {
	return slices.ContainsFunc(h.events, func(e Event) bool { return e.Kind != EventSentence })
}

func (h *happened) begins(c Cursor) bool {
	return len(h.events) > 0 && h.events[0].Seq == c.Seq && h.events[0].ID == c.ID
}

func (h *happened) drop(n int) { h.events, h.abouts = h.events[n:], h.abouts[n:] }

func (h *happened) keep(n int) {
	n = min(n, len(h.events))
	h.events, h.abouts = h.events[:n], h.abouts[:n]
}

// happened asks for events from a number on, with the sentences, which are
// what most of them are about and what somebody waits for.
func (b *batch) happened(conversation ID, from int64, limit int) *happened {
	h := &happened{}
	b.Queue(`
		SELECT e.seq, right(e.id::text, 8), e.kind, e.at, e.about, coalesce(e.stage, ''),
		       s.reply IS NOT NULL, coalesce(s.n, 0), coalesce(s.kind, ''), coalesce(s.author, ''),
		       CASE WHEN s.author = 'model' THEN p.model ELSE '' END, CASE WHEN s.author = 'model' THEN p.prompt_version ELSE '' END,
		       coalesce(s.text, ''), coalesce(s.question_key, ''), s.blanked_at IS NOT NULL,
		       q.reflection, q.start, q."end", substr(f.text, q.start + 1, q."end" - q.start), f.at, f.conversation
		FROM events e
		LEFT JOIN sentences s ON e.kind = 'sentence' AND s.owner = e.owner AND s.reply = e.about AND s.n = e.n
		LEFT JOIN replies p ON p.owner = s.owner AND p.id = s.reply
		LEFT JOIN quotes q ON q.owner = s.owner AND q.id = s.quote
		LEFT JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
		WHERE e.owner = $1 AND e.conversation = $2 AND e.seq >= $3
		ORDER BY e.seq LIMIT $4`, b.owner, conversation, from, limit).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			e := Event{Conversation: conversation}
			var about *ID
			var s Sentence
			var there bool
			var q nullQuote
			if err := rows.Scan(&e.Seq, &e.ID, &e.Kind, &e.At, &about, &e.Stage,
				&there, &s.N, &s.Kind, &s.Author, &s.Model, &s.PromptVersion, &s.Text, &s.QuestionKey, &s.Blanked,
				&q.reflection, &q.start, &q.end, &q.text, &q.at, &q.conversation); err != nil {
				return err
			}
			if there {
				s.Reply, s.Quote = *about, q.quote()
				e.Sentence = &s
			}
			h.events, h.abouts = append(h.events, e), append(h.abouts, about)
		}
		return rows.Err()
	})
	return h
}

// events reads a whole history with its words inside an open transaction.
func (t *tx) events(ctx context.Context, conversation ID) ([]Event, error) {
	b := &batch{owner: t.owner}
	h := b.happened(conversation, 1, 10_000)
	if err := t.SendBatch(ctx, &b.Batch).Close(); err != nil {
		return nil, err
	}
	b = &batch{owner: t.owner}
	fill := b.words(h)
	if err := t.SendBatch(ctx, &b.Batch).Close(); err != nil {
		return nil, err
	}
	fill()
	return h.events, nil
}

// words asks for the rest of what the events are about, one query for each kind
// that occurs; fill joins it to them.
func (b *batch) words(h *happened) (fill func()) {
	by := map[EventKind][]ID{}
	for i, e := range h.events {
		if h.abouts[i] != nil {
			by[e.Kind] = append(by[e.Kind], *h.abouts[i])
		}
	}
	said := b.reflections(by[EventSaid])
	replies := b.replies(slices.Concat(by[EventReply], by[EventEnd], by[EventSources]))
	sources := b.sources(by[EventSources])
	proposals := b.proposals(by[EventProposal])
	return func() {
		for i := range h.events {
			if h.abouts[i] == nil {
				continue
			}
			e := &h.events[i]
			switch about := *h.abouts[i]; e.Kind {
			case EventSaid:
				e.Said = said[about]
			case EventReply, EventSources:
				if r := replies[about]; r != nil {
					accepted := *r // as it was then: how it went, the later events say
					accepted.State, accepted.Reason = Accepted, ""
					e.Reply = &accepted
				}
				if e.Kind == EventSources {
					e.Sources = sources[about]
				}
			case EventEnd:
				e.Reply = replies[about]
			case EventProposal:
				e.Proposal = proposals[about]
			}
		}
	}
}
