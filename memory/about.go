package memory

import "github.com/jackc/pgx/v5"

// What events are about, by the ids of what it is: questions for a batch.

func (b *batch) reflections(ids []ID) map[ID]*Reflection {
	return byID(b, ids, `
		SELECT r.id, r.kind, r.text, r.conversation, r.at, r.zone, r.supersedes, n.id, r.apart, r.outdated_at, r.unlearned
		FROM reflections r LEFT JOIN reflections n ON n.owner = r.owner AND n.supersedes = r.id
		WHERE r.owner = $1 AND r.id = ANY ($2)`,
		func(row pgx.CollectableRow) (id ID, r Reflection, err error) {
			err = row.Scan(&r.ID, &r.Kind, &r.Text, &r.Conversation, &r.At, &r.Zone, &r.Supersedes, &r.SupersededBy, &r.Apart, &r.OutdatedAt, &r.Unlearned)
			return r.ID, r, err
		})
}

func (b *batch) replies(ids []ID) map[ID]*Reply {
	return byID(b, ids, `
		SELECT id, conversation, reflection, state, reason, speaker, model, prompt_version, at
		FROM replies WHERE owner = $1 AND id = ANY ($2)`,
		func(row pgx.CollectableRow) (id ID, r Reply, err error) {
			err = row.Scan(&r.ID, &r.Conversation, &r.Reflection, &r.State, &r.Reason, &r.Speaker, &r.Model, &r.PromptVersion, &r.At)
			return r.ID, r, err
		})
}

func (b *batch) sources(replies []ID) map[ID][]Source {
	all := map[ID][]Source{}
	if len(replies) == 0 {
		return all
	}
	b.Queue(`
		SELECT s.reply, s.handle, s.passage, s.reflection, s.start, s."end", substr(f.text, s.start + 1, s."end" - s.start),
		       f.at, f.conversation, f.kind, s.score, s.similarity, s.terms, s.given, s.quoted,
		       s.unfit_at IS NOT NULL, f.apart, f.outdated_at, f.unlearned, n.id IS NOT NULL
		FROM sources s JOIN reflections f ON f.owner = s.owner AND f.id = s.reflection
		LEFT JOIN reflections n ON n.owner = f.owner AND n.supersedes = f.id
		WHERE s.owner = $1 AND s.reply = ANY ($2) ORDER BY s.reply, s.handle`, b.owner, replies).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var reply ID
			var s Source
			var score, similarity float32
			if err := rows.Scan(&reply, &s.Handle, &s.ID, &s.Reflection, &s.Start, &s.End, &s.Text,
				&s.At, &s.Conversation, &s.Kind, &score, &similarity, &s.Terms, &s.Given, &s.Quoted,
				&s.Unfit, &s.Apart, &s.OutdatedAt, &s.Unlearned, &s.Edited); err != nil {
				return err
			}
			s.Score, s.Similarity = float64(score), float64(similarity)
			all[reply] = append(all[reply], s)
		}
		return rows.Err()
	})
	return all
}

func (b *batch) proposals(ids []ID) map[ID]*Proposal {
	return byID(b, ids, `
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
