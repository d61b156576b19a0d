package memory

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// derived is what was made of some reflections. Sentences are counted only:
// forgetting finds them again by their quotes.
type derived struct {
	insights  []ID // whose current wording is a span: they go
	lines     []ID // that are a span: they go
	proposals []ID // that point at a span: they go
	quotes    []ID // of all these, on whatever reflection
	sentences int  // that quote or mirror, and are not blanked yet
	releases  int  // of the lines, not ended yet
	touched   []ID // the conversations in which something of it shows
}

// spans are the quotes of the reflections $2, and blanks the sentences that
// took them up: that quote or mirror them, that the guide or a model made to
// answer them, and those near them that hold a word of theirs which nothing
// else that she said there holds. A question may carry her words.
const spans = `spans AS (SELECT id FROM quotes WHERE owner = $1 AND reflection = ANY ($2))`
const blanks = `gone AS (
	SELECT id, conversation, text FROM reflections WHERE owner = $1 AND id = ANY ($2)
), near AS (
	SELECT p.id, p.conversation, p.reflection = ANY ($2) AS answers FROM replies p WHERE p.owner = $1
	  AND (p.reflection = ANY ($2) OR p.conversation IN (SELECT conversation FROM gone)
	       OR p.id IN (SELECT reply FROM sources WHERE owner = $1 AND reflection = ANY ($2)))
), theirs AS (
	SELECT c.conversation, ARRAY(
		SELECT unnest(tsvector_to_array(stemmed(gone.text))) FROM gone
		EXCEPT SELECT unnest(tsvector_to_array(stemmed(r.text))) FROM reflections r
		WHERE r.owner = $1 AND r.conversation = c.conversation AND r.id <> ALL ($2)) AS words
	FROM (SELECT DISTINCT conversation FROM near) c
), blanks AS (
	SELECT s.reply, s.n FROM sentences s JOIN spans ON spans.id = s.quote WHERE s.owner = $1 AND s.blanked_at IS NULL
	UNION
	SELECT s.reply, s.n FROM mirrored m JOIN sentences s ON s.owner = m.owner AND s.reply = m.reply AND s.n = m.n
	WHERE m.owner = $1 AND m.reflection = ANY ($2) AND s.blanked_at IS NULL
	UNION
	SELECT s.reply, s.n FROM near JOIN sentences s ON s.owner = $1 AND s.reply = near.id JOIN theirs USING (conversation)
	WHERE s.blanked_at IS NULL AND s.author <> 'server' AND s.text <> ''
	  AND ((near.answers AND s.kind IN ('question', 'mirror')) OR tsvector_to_array(stemmed(s.text)) && theirs.words))`

func (t *tx) derived(ctx context.Context, reflections []ID) (d derived, err error) {
	err = t.QueryRow(ctx, `
		WITH `+spans+`, `+blanks+`, doomed_insights AS (
			SELECT w.insight AS id FROM insight_wordings w JOIN spans ON spans.id = w.quote
			WHERE w.owner = $1 AND NOT EXISTS (
				SELECT FROM insight_wordings n WHERE n.owner = w.owner AND n.insight = w.insight AND n.n > w.n)
		), doomed_lines AS (
			SELECT l.id, l.summary FROM lines l JOIN spans ON spans.id = l.quote WHERE l.owner = $1
		), doomed_proposals AS (
			SELECT DISTINCT p.id, p.conversation FROM proposal_quotes k JOIN spans ON spans.id = k.quote
			JOIN proposals p ON p.owner = k.owner AND p.id = k.proposal WHERE k.owner = $1
		)
		SELECT ARRAY(SELECT id FROM doomed_insights), ARRAY(SELECT id FROM doomed_lines), ARRAY(SELECT id FROM doomed_proposals),
		       ARRAY(SELECT k.quote FROM proposal_quotes k JOIN doomed_proposals d ON d.id = k.proposal WHERE k.owner = $1
		             UNION SELECT k.quote FROM insight_quotes k JOIN doomed_insights d ON d.id = k.insight WHERE k.owner = $1
		             UNION SELECT w.quote FROM insight_wordings w JOIN doomed_insights d ON d.id = w.insight
		                   WHERE w.owner = $1 AND w.quote IS NOT NULL
		             UNION SELECT k.quote FROM line_quotes k JOIN doomed_lines d ON d.id = k.line WHERE k.owner = $1),
		       (SELECT count(*) FROM blanks),
		       (SELECT count(*) FROM releases r JOIN doomed_lines d ON d.id = r.line WHERE r.owner = $1 AND r.revoked_at IS NULL),
		       ARRAY(SELECT conversation FROM reflections WHERE owner = $1 AND id = ANY ($2) AND conversation IS NOT NULL
		             UNION SELECT p.conversation FROM blanks b JOIN replies p ON p.owner = $1 AND p.id = b.reply
		             UNION SELECT p.conversation FROM sources s JOIN replies p ON p.owner = s.owner AND p.id = s.reply
		                   WHERE s.owner = $1 AND s.reflection = ANY ($2)
		             UNION SELECT conversation FROM doomed_proposals
		             UNION SELECT s.conversation FROM doomed_lines d JOIN summaries s ON s.owner = $1 AND s.id = d.summary)`,
		t.owner, reflections).
		Scan(&d.insights, &d.lines, &d.proposals, &d.quotes, &d.sentences, &d.releases, &d.touched)
	return d, err
}

// Derived lists what was made of a reflection, in any of its versions, and
// would go or change if she forgot it.
func (s *Store) Derived(ctx context.Context, owner, id ID) (Derived, error) {
	return s.DerivedOf(ctx, owner, Scope{Kind: ForgetReflection, About: &id})
}

// Forget removes a reflection in all its versions and all that was made of its
// words, in one transaction: nothing shows them from here on. What she put
// into words of her own stays, without the quotes. The ids leave tombstones.
func (s *Store) Forget(ctx context.Context, owner, id ID) (r Receipt, err error) {
	return s.ForgetAll(ctx, owner, s.newID(), Scope{Kind: ForgetReflection, About: &id})
}

// letGo removes whole reflections, with all their versions, and ends what runs
// where they showed.
func (t *tx) letGo(ctx context.Context, ids []ID, about *ID) (removed map[string]int, err error) {
	d, err := t.derived(ctx, ids)
	if err != nil {
		return nil, err
	}
	if removed, err = t.remove(ctx, ids, d); err != nil {
		return nil, err
	}
	for _, conversation := range inLockOrder(d.touched) {
		if _, err := t.stopRunning(ctx, conversation, "forgotten"); err != nil {
			return nil, err
		}
		if _, _, err := t.event(ctx, conversation, EventForgot, about, 0, ""); err != nil {
			return nil, err
		}
	}
	return removed, nil
}

// holdStill locks the conversations in which reflections show and then the
// reflections, in the order in which everybody locks. A quote takes a share of
// its reflection's lock, so nothing more is made of it from here on.
func (t *tx) holdStill(ctx context.Context, ids []ID) ([]ID, error) {
	d, err := t.derived(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, conversation := range inLockOrder(d.touched) {
		if err := t.lockConversation(ctx, conversation); err != nil {
			return nil, err
		}
	}
	for { // an edit may have come in between
		if _, err := t.Exec(ctx, `SELECT FROM reflections WHERE owner = $1 AND id = ANY ($2) ORDER BY id FOR UPDATE`, t.owner, ids); err != nil {
			return nil, err
		}
		held := len(ids)
		if ids, err = t.allVersions(ctx, ids); err != nil || len(ids) == held {
			return ids, err
		}
	}
}

// allVersions adds to reflections their other versions.
func (t *tx) allVersions(ctx context.Context, ids []ID) ([]ID, error) {
	rows, err := t.Query(ctx, `
		WITH RECURSIVE linked AS (
			SELECT id, supersedes FROM reflections WHERE owner = $1 AND id = ANY ($2)
			UNION
			SELECT r.id, r.supersedes FROM linked l JOIN reflections r ON r.owner = $1 AND (r.id = l.supersedes OR r.supersedes = l.id)
		) SELECT id FROM linked ORDER BY id`, t.owner, ids)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[ID])
}

func inLockOrder(ids []ID) []ID {
	return slices.SortedFunc(slices.Values(ids), func(a, b ID) int { return slices.Compare(a[:], b[:]) })
}

// remove takes away every row that stands on the reflections, and last the
// reflections: the foreign keys refuse that while one is left. It returns how
// many went, for each store.
func (t *tx) remove(ctx context.Context, ids []ID, d derived) (map[string]int, error) {
	ended, err := t.endReleases(ctx, `line = ANY ($3)`, d.lines)
	if err != nil {
		return nil, err
	}
	removed := map[string]int{"releases": ended}

	batch := &pgx.Batch{}
	queue := func(store, query string, args ...any) {
		batch.Queue(query, append([]any{t.owner}, args...)...).Exec(func(tag pgconn.CommandTag) error {
			removed[store] += int(tag.RowsAffected())
			return nil
		})
	}
	queue("lent", `WITH `+spans+`, `+blanks+` DELETE FROM lent WHERE owner = $1 AND reply IN (SELECT reply FROM blanks)`, ids)
	queue("sentences", `WITH `+spans+`, `+blanks+`
		UPDATE sentences s SET text = '', quote = NULL, blanked_at = $3 FROM blanks
		WHERE s.owner = $1 AND s.reply = blanks.reply AND s.n = blanks.n`, ids, t.store.now())
	queue("mirrored", `DELETE FROM mirrored WHERE owner = $1 AND reflection = ANY ($2)`, ids)
	queue("sources", `DELETE FROM sources WHERE owner = $1 AND reflection = ANY ($2)`, ids)
	const cut = `place IN (SELECT place FROM passages WHERE owner = $1 AND reflection = ANY ($2))`
	queue("senses", `DELETE FROM senses WHERE owner = $1 AND `+cut, ids)
	queue("vectors", `DELETE FROM vectors WHERE owner = $1 AND `+cut, ids)
	queue("terms", `DELETE FROM terms WHERE owner = $1 AND `+cut, ids)
	queue("passages", `DELETE FROM passages WHERE owner = $1 AND reflection = ANY ($2)`, ids)
	queue("threads", `DELETE FROM threads WHERE owner = $1 AND thread = ANY ($2)`, ids)
	queue("proposals", `DELETE FROM proposals WHERE owner = $1 AND id = ANY ($2)`, d.proposals)
	queue("insights", `DELETE FROM insights WHERE owner = $1 AND id = ANY ($2)`, d.insights)
	queue("carried", `DELETE FROM carried WHERE owner = $1 AND kind = 'marks' AND line = ANY ($2)`, d.lines)
	const seen = `SELECT m.id FROM marks m JOIN releases r ON r.owner = m.owner AND r.id = m.release WHERE m.owner = $1 AND r.line = ANY ($2)`
	queue("answers", `DELETE FROM answers WHERE owner = $1 AND mark IN (`+seen+`)`, d.lines)
	queue("marks", `DELETE FROM marks WHERE owner = $1 AND id IN (`+seen+`)`, d.lines)
	queue("tombstones", `INSERT INTO tombstones (owner, id, at) SELECT $1, id, $3 FROM unnest($2::uuid[]) AS id ON CONFLICT DO NOTHING`,
		slices.Concat(d.lines, d.insights), t.store.now())
	queue("lines", `DELETE FROM lines WHERE owner = $1 AND id = ANY ($2)`, d.lines)
	const theirs = `quote IN (SELECT id FROM quotes WHERE owner = $1 AND reflection = ANY ($2))`
	queue("wordings", `DELETE FROM insight_wordings WHERE owner = $1 AND `+theirs, ids)
	queue("citations", `DELETE FROM insight_quotes WHERE owner = $1 AND `+theirs, ids)
	queue("citations", `DELETE FROM line_quotes WHERE owner = $1 AND `+theirs, ids)
	queue("imports", `DELETE FROM import_entries WHERE owner = $1 AND reflection = ANY ($2)`, ids)
	queue("quotes", `DELETE FROM quotes WHERE owner = $1 AND reflection = ANY ($2)`, ids)
	queue("tombstones", `INSERT INTO tombstones (owner, id, at) SELECT $1, id, $3 FROM unnest($2::uuid[]) AS id ON CONFLICT DO NOTHING`, ids, t.store.now())
	queue("reflections", `DELETE FROM reflections WHERE owner = $1 AND id = ANY ($2)`, ids)
	if err := t.SendBatch(ctx, batch).Close(); err != nil {
		return nil, err
	}
	delete(removed, "tombstones")
	unused, err := t.dropUnused(ctx, d.quotes)
	removed["quotes"] += unused
	return removed, err
}
