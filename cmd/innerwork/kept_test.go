package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
)

// kept is what PostgreSQL has of a conversation.
type kept struct {
	events, lastSeq int
	said            []frame // id and text
	replies         []keptReply
	sentences       map[string][]keptSentence
}

type keptReply struct {
	id, reflection, state, reason, speaker string
	fence                                  int64
	tokensIn, tokensOut                    int
	ended                                  bool
}

type keptSentence struct {
	n    int
	text string
}

func keptOf(t testing.TB, db *pgx.Conn, conversation string) kept {
	t.Helper()
	k := kept{sentences: map[string][]keptSentence{}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	each := func(query string, into []any, do func()) {
		t.Helper()
		rows, err := db.Query(t.Context(), query, conversation)
		must(err)
		_, err = pgx.ForEachRow(rows, into, func() error { do(); return nil })
		must(err)
	}
	must(db.QueryRow(t.Context(), `SELECT last_seq, (SELECT count(*) FROM events e WHERE e.conversation = c.id)
		FROM conversations c WHERE id = $1`, conversation).Scan(&k.lastSeq, &k.events))
	var id, text string
	each(`SELECT id::text, text FROM reflections WHERE conversation = $1 AND kind = 'said' ORDER BY stored_at, id`, []any{&id, &text}, func() {
		k.said = append(k.said, frame{"id": id, "text": text})
	})
	var r keptReply
	each(`SELECT id::text, coalesce(reflection::text, ''), state, reason, speaker, fence, tokens_in, tokens_out, ended_at IS NOT NULL
		FROM replies WHERE conversation = $1 ORDER BY at, id`,
		[]any{&r.id, &r.reflection, &r.state, &r.reason, &r.speaker, &r.fence, &r.tokensIn, &r.tokensOut, &r.ended}, func() {
			k.replies = append(k.replies, r)
		})
	var s keptSentence
	each(`SELECT s.reply::text, s.n, s.text FROM sentences s JOIN replies r ON r.owner = s.owner AND r.id = s.reply
		WHERE r.conversation = $1 ORDER BY s.reply, s.n`, []any{&id, &s.n, &s.text}, func() {
		k.sentences[id] = append(k.sentences[id], s)
	})
	return k
}

// to is the reply to a message; the last, if there are several.
func (k kept) to(message string) (found keptReply) {
	for _, r := range k.replies {
		if r.reflection == message {
			found = r
		}
	}
	return found
}

// print is everything about a conversation in one text, to be compared, but for
// what its replies cost.
func (k kept) print() string {
	k.replies = slices.Clone(k.replies)
	for i := range k.replies {
		k.replies[i].tokensIn, k.replies[i].tokensOut = 0, 0
	}
	return fmt.Sprintf("%+v", k)
}
