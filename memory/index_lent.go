package memory

import "context"

// lendReplies lets the words of a conversation's ended replies help to find
// what was said around them. It holds the conversation, as forgetting does:
// words of a reply that is being blanked are not kept here.
func (t *tx) lendReplies(ctx context.Context, conversation ID, number int64) error {
	if err := t.lockConversation(ctx, conversation); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `
		INSERT INTO lent (owner, reply, term, place, count)
		SELECT $1, r.id, w.lexeme, $3::bigint << 32 | (least(said.n * 2 + 1, 65535) << 16), least(cardinality(w.positions), 100)
		FROM replies r
		JOIN events e ON e.owner = r.owner AND e.conversation = r.conversation AND e.kind = 'reply' AND e.about = r.id,
		LATERAL (SELECT count(*) AS n FROM events b
			WHERE b.owner = $1 AND b.conversation = r.conversation AND b.kind = 'said' AND b.seq < e.seq) said,
		LATERAL (SELECT string_agg(s.text, ' ' ORDER BY s.n) AS text FROM sentences s
			WHERE s.owner = $1 AND s.reply = r.id AND s.blanked_at IS NULL) words,
		LATERAL unnest(stemmed(words.text)) w
		WHERE r.owner = $1 AND r.conversation = $2 AND r.ended_at IS NOT NULL
		  AND NOT EXISTS (SELECT FROM lent l WHERE l.owner = $1 AND l.reply = r.id)
		ON CONFLICT DO NOTHING`, t.owner, conversation, number)
	return err
}
