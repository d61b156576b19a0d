package memory

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"
)

// Large sets are forgotten in steps, each a transaction and whole in itself, so
// that nothing is locked for long and a stop loses no more than a step.
const (
	reflectionsAStep = 100
	rowsAStep        = 5_000
	patience         = 3 * time.Second // after which the rest goes on in the background
)

// reflections picks her reflections of a scope: $2 is about, $3 since, $4 until.
// Those of a conversation that goes as a whole are its own.
func (s Scope) reflections() string {
	switch s.Kind {
	case ForgetReflection:
		return `id = $2`
	case ForgetConversation:
		return `conversation = $2`
	default:
		return `($3::timestamptz IS NULL OR at >= $3) AND ($4::timestamptz IS NULL OR at < $4) AND $2::uuid IS NULL`
	}
}

// conversations picks the conversations that go as a whole: for a range, those
// that began in it and in which she said nothing outside of it.
func (s Scope) conversations() string {
	switch s.Kind {
	case ForgetReflection:
		return `false AND $2::uuid IS NOT NULL AND $3::timestamptz IS NULL AND $4::timestamptz IS NULL`
	case ForgetConversation:
		return `c.id = $2 AND $3::timestamptz IS NULL AND $4::timestamptz IS NULL`
	default:
		return `$2::uuid IS NULL AND ($3::timestamptz IS NULL OR c.started_at >= $3) AND ($4::timestamptz IS NULL OR c.started_at < $4)
			AND NOT EXISTS (SELECT FROM reflections r WHERE r.owner = c.owner AND r.conversation = c.id AND (r.at < $3 OR r.at >= $4))`
	}
}

func (t *tx) idsIn(ctx context.Context, sql string, s Scope, limit int) ([]ID, error) {
	rows, err := t.Query(ctx, sql, t.owner, s.About, s.Since, s.Until, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[ID])
}

func (t *tx) reflectionsIn(ctx context.Context, s Scope, limit int) ([]ID, error) {
	return t.idsIn(ctx, `SELECT id FROM reflections WHERE owner = $1 AND `+s.reflections()+
		` AND $3::timestamptz IS NOT DISTINCT FROM $3 AND $4::timestamptz IS NOT DISTINCT FROM $4 ORDER BY at, id LIMIT $5`, s, limit)
}

func (t *tx) conversationsIn(ctx context.Context, s Scope, limit int) ([]ID, error) {
	return t.idsIn(ctx, `SELECT c.id FROM conversations c WHERE c.owner = $1 AND `+s.conversations()+` ORDER BY c.id LIMIT $5`, s, limit)
}

// DerivedOf lists what goes or changes with a scope: whole lists are cut off
// at MostDerived, counts are whole.
func (s *Store) DerivedOf(ctx context.Context, owner ID, scope Scope) (all Derived, err error) {
	defer wrap(&err, "derived of a %v", scope.Kind)
	if err := scope.check(); err != nil {
		return all, err
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		conversations, err := tx.conversationsIn(ctx, scope, 1<<30)
		if err != nil {
			return err
		}
		ids, err := tx.reflectionsIn(ctx, scope, 1<<30)
		if err != nil {
			return err
		}
		if len(ids) == 0 && scope.Kind == ForgetReflection {
			return tx.missing(ctx, *scope.About)
		}
		if len(conversations) == 0 && scope.Kind == ForgetConversation {
			return tx.missing(ctx, *scope.About)
		}
		if ids, err = tx.allVersions(ctx, ids); err != nil {
			return err
		}
		d, err := tx.derived(ctx, ids)
		if err != nil {
			return err
		}
		all = Derived{Proposals: len(d.proposals), Reflections: len(ids), Conversations: len(conversations), Ours: !s.foreign}
		lines := `l.id = ANY ($2) OR l.summary IN (SELECT s.id FROM summaries s WHERE s.owner = $1 AND s.conversation = ANY ($3))`
		insights := `i.id = ANY ($2)`
		if scope.Kind == ForgetEverything {
			insights = `(true OR i.id = ANY ($2))`
		}
		const counted = `(l.id = ANY ($4) OR l.summary IN (SELECT s.id FROM summaries s WHERE s.owner = $1 AND s.conversation = ANY ($3)))`
		if err := tx.QueryRow(ctx, `WITH `+spans+`, `+blanks+` SELECT
			(SELECT count(*) FROM insights WHERE owner = $1 AND (id = ANY ($5) OR $6)),
			(SELECT count(*) FROM lines l WHERE l.owner = $1 AND `+counted+`),
			(SELECT count(*) FROM sentences s JOIN replies p ON p.owner = s.owner AND p.id = s.reply
			 WHERE s.owner = $1 AND s.blanked_at IS NULL AND (p.conversation = ANY ($3) OR (s.reply, s.n) IN (SELECT reply, n FROM blanks))),
			(SELECT count(*) FROM releases r JOIN lines l ON l.owner = r.owner AND l.id = r.line
			 WHERE r.owner = $1 AND r.revoked_at IS NULL AND `+counted+`),
			(SELECT count(*) FROM commitments WHERE owner = $1 AND $6)`,
			owner, ids, conversations, d.lines, d.insights, scope.Kind == ForgetEverything).
			Scan(&all.InsightCount, &all.LineCount, &all.Sentences, &all.Releases, &all.Commitments); err != nil {
			return err
		}
		if all.Insights, err = tx.insights(ctx, insights, d.insights); err != nil {
			return err
		}
		if all.Lines, err = tx.lines(ctx, `(`+lines+`)`, d.lines, conversations); err != nil {
			return err
		}
		all.Insights, all.Lines = all.Insights[:min(MostDerived, len(all.Insights))], all.Lines[:min(MostDerived, len(all.Lines))]
		return nil
	})
	return all, err
}

// ForgetAll forgets a scope. Nothing shows it any more when the receipt has its
// DoneAt; what takes longer than a few seconds goes on in the background, step
// by step. The same id again returns the same receipt.
func (s *Store) ForgetAll(ctx context.Context, owner, id ID, scope Scope) (r Receipt, err error) {
	defer wrap(&err, "forget a %v", scope.Kind)
	if err := first(checkIDs(id), scope.check()); err != nil {
		return r, err
	}
	begun := time.Now()
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if scope.About != nil {
			if ids, err := tx.found(ctx, scope); err != nil {
				return err
			} else if len(ids) == 0 {
				if r, err = tx.receipt(ctx, id); err == nil {
					return nil
				}
				return tx.missing(ctx, *scope.About)
			}
		}
		if _, err := tx.Exec(ctx, `INSERT INTO forgettings (owner, id, kind, about, since, until, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT DO NOTHING`, owner, id, scope.Kind, scope.About, scope.Since, scope.Until, s.now()); err != nil {
			return err
		}
		if err := s.forgetLater(ctx, tx.Tx, owner, id); err != nil {
			return err
		}
		r, err = tx.step(ctx, id)
		return err
	})
	for err == nil && r.DoneAt == nil && time.Since(begun) < patience {
		r, err = s.forgetStep(ctx, owner, id)
	}
	if err == nil && r.DoneAt != nil {
		err = s.dropJobs(ctx, owner)
	}
	return r, err
}

// forgetLater has a forgetting finished in the background, should it be cut off.
func (s *Store) forgetLater(ctx context.Context, t pgx.Tx, owner, id ID) error {
	_, err := s.jobs.InsertTx(ctx, t, forgetArgs{owner, id}, &river.InsertOpts{ScheduledAt: s.now().Add(2 * patience)})
	return err
}

func (t *tx) found(ctx context.Context, s Scope) ([]ID, error) {
	if s.Kind == ForgetConversation {
		return t.conversationsIn(ctx, s, 1)
	}
	return t.reflectionsIn(ctx, s, 1)
}

// forgetStep goes one step on with a forgetting, and says how far it is.
func (s *Store) forgetStep(ctx context.Context, owner, id ID) (r Receipt, err error) {
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		r, err = tx.step(ctx, id)
		return err
	})
	return r, err
}

func (t *tx) step(ctx context.Context, id ID) (Receipt, error) {
	r, err := t.receipt(ctx, id)
	if err != nil || r.DoneAt != nil {
		return r, err
	}
	removed, done, err := t.forgetSome(ctx, r.Scope)
	if err != nil {
		return r, err
	}
	if err := t.wrote(ctx, &r, removed, done); err != nil {
		return r, err
	}
	if done {
		if err := t.store.note(ctx, t, t.owner, t.owner, string(r.Scope.Kind)+" forgotten", r.Scope.About, false); err != nil {
			return r, err
		}
	}
	return t.receipt(ctx, id)
}

// forgetSome takes one step: a conversation, some reflections, or some rows of
// what is left.
func (t *tx) forgetSome(ctx context.Context, s Scope) (removed map[string]int, done bool, err error) {
	conversations, err := t.conversationsIn(ctx, s, 1)
	if err != nil {
		return nil, false, err
	}
	if len(conversations) > 0 {
		removed, err = t.dropConversation(ctx, conversations[0])
		return removed, s.Kind == ForgetConversation, err
	}
	ids, err := t.reflectionsIn(ctx, s, reflectionsAStep)
	if err != nil {
		return nil, false, err
	}
	if len(ids) > 0 {
		if ids, err = t.allVersions(ctx, ids); err != nil {
			return nil, false, err
		}
		if ids, err = t.holdStill(ctx, ids); err != nil {
			return nil, false, err
		}
		about := s.About
		if about == nil {
			about = &ids[0]
		}
		removed, err = t.letGo(ctx, ids, about)
		return removed, s.Kind == ForgetReflection, err
	}
	if s.Kind != ForgetEverything {
		return nil, true, nil
	}
	return t.dropRest(ctx)
}

// dropConversation removes a conversation with everything that was said in it,
// by whom ever. Insights and commitments in her own wording stay, and no longer
// say where they were made.
func (t *tx) dropConversation(ctx context.Context, id ID) (removed map[string]int, err error) {
	if err := t.lockConversation(ctx, id); err != nil {
		return nil, err
	}
	rows, err := t.Query(ctx, `SELECT id FROM reflections WHERE owner = $1 AND conversation = $2`, t.owner, id)
	if err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[ID])
	if err != nil {
		return nil, err
	}
	if ids, err = t.holdStill(ctx, ids); err != nil {
		return nil, err
	}
	if removed, err = t.letGo(ctx, ids, &id); err != nil {
		return nil, err
	}
	if _, err := t.stopRunning(ctx, id, "forgotten"); err != nil {
		return nil, err
	}
	const lines = `SELECT l.id FROM lines l JOIN summaries s ON s.owner = l.owner AND s.id = l.summary WHERE l.owner = $1 AND s.conversation = $2`
	const replies = `SELECT id FROM replies WHERE owner = $1 AND conversation = $2`
	const proposals = `SELECT id FROM proposals WHERE owner = $1 AND conversation = $2`
	var quotes, doomed []ID
	if err := t.QueryRow(ctx, `SELECT ARRAY(`+lines+`), ARRAY(
		SELECT quote FROM lines WHERE owner = $1 AND id IN (`+lines+`) AND quote IS NOT NULL
		UNION SELECT quote FROM line_quotes WHERE owner = $1 AND line IN (`+lines+`)
		UNION SELECT quote FROM proposal_quotes WHERE owner = $1 AND proposal IN (`+proposals+`)
		UNION SELECT quote FROM sentences WHERE owner = $1 AND reply IN (`+replies+`) AND quote IS NOT NULL)`, t.owner, id).Scan(&doomed, &quotes); err != nil {
		return nil, err
	}
	ended, err := t.endReleases(ctx, `line = ANY ($3)`, doomed)
	if err != nil {
		return nil, err
	}
	removed["releases"] += ended
	batch := &pgx.Batch{}
	queue := func(store, query string, args ...any) {
		batch.Queue(query, append([]any{t.owner, id}, args...)...).Exec(func(tag pgconn.CommandTag) error {
			removed[store] += int(tag.RowsAffected())
			return nil
		})
	}
	const seen = `SELECT m.id FROM marks m JOIN releases r ON r.owner = m.owner AND r.id = m.release WHERE m.owner = $1 AND r.line IN (` + lines + `)`
	queue("answers", `DELETE FROM answers WHERE owner = $1 AND mark IN (`+seen+`)`)
	queue("marks", `DELETE FROM marks WHERE owner = $1 AND id IN (`+seen+`)`)
	queue("carried", `DELETE FROM carried WHERE owner = $1 AND kind = 'marks' AND line IN (`+lines+`)`)
	queue("tombstones", `INSERT INTO tombstones (owner, id, at) SELECT $1, l, $3 FROM unnest($4::uuid[] || $2::uuid) AS l ON CONFLICT DO NOTHING`, t.store.now(), doomed)
	queue("lines", `DELETE FROM lines WHERE owner = $1 AND summary IN (SELECT id FROM summaries WHERE owner = $1 AND conversation = $2)`)
	queue("summaries", `DELETE FROM summaries WHERE owner = $1 AND conversation = $2`)
	queue("proposals", `DELETE FROM proposals WHERE owner = $1 AND conversation = $2`)
	queue("commitment_asks", `DELETE FROM commitment_asks WHERE owner = $1 AND reply IN (`+replies+`)`)
	queue("lent", `DELETE FROM lent WHERE owner = $1 AND reply IN (`+replies+`)`)
	queue("sources", `DELETE FROM sources WHERE owner = $1 AND reply IN (`+replies+`)`)
	queue("mirrored", `DELETE FROM mirrored WHERE owner = $1 AND reply IN (`+replies+`)`)
	queue("sentences", `DELETE FROM sentences WHERE owner = $1 AND reply IN (`+replies+`)`)
	queue("events", `DELETE FROM events WHERE owner = $1 AND conversation = $2`)
	queue("replies", `DELETE FROM replies WHERE owner = $1 AND conversation = $2`)
	queue("unlinked", `UPDATE insights SET conversation = NULL WHERE owner = $1 AND conversation = $2`)
	queue("unlinked", `UPDATE commitments SET conversation = NULL WHERE owner = $1 AND conversation = $2`)
	queue("threads", `DELETE FROM threads WHERE owner = $1 AND thread = $2`)
	queue("conversations", `DELETE FROM conversations WHERE owner = $1 AND id = $2`)
	if err := t.SendBatch(ctx, batch).Close(); err != nil {
		return nil, err
	}
	delete(removed, "tombstones")
	delete(removed, "unlinked")
	unused, err := t.dropUnused(ctx, quotes)
	removed["quotes"] += unused
	return removed, err
}

// dropRest removes some rows of the first store that has any left.
func (t *tx) dropRest(ctx context.Context) (removed map[string]int, done bool, err error) {
	ended, err := t.endReleases(ctx, `true`)
	if err != nil {
		return nil, false, err
	}
	removed = map[string]int{"releases": ended}
	for _, store := range stores {
		if store.stays != "" {
			continue
		}
		sql := `DELETE FROM ` + store.table + ` WHERE owner = $1 AND ctid = ANY (ARRAY(SELECT ctid FROM ` + store.table + ` WHERE owner = $1 LIMIT $2))`
		if store.tomb {
			sql = `WITH went AS (DELETE FROM ` + store.table + ` WHERE owner = $1 AND ctid = ANY (ARRAY(SELECT ctid FROM ` + store.table +
				` WHERE owner = $1 LIMIT $2)) RETURNING id) INSERT INTO tombstones (owner, id) SELECT $1, id FROM went ON CONFLICT DO NOTHING`
		}
		tag, err := t.Exec(ctx, sql, t.owner, rowsAStep)
		if err != nil {
			return nil, false, err
		}
		if n := int(tag.RowsAffected()); n > 0 {
			removed[store.table] += n
			return removed, false, nil
		}
	}
	return removed, true, nil
}

// forgetArgs names a forgetting that goes on in the background.
type forgetArgs struct {
	Owner ID `json:"owner"`
	ID    ID `json:"id"`
}

// Kind names the job for River.
func (forgetArgs) Kind() string { return "forget" }

type forgetWorker struct {
	river.WorkerDefaults[forgetArgs]
	store *Store
}

// Work takes the steps that are left, and then removes the jobs that name what
// is forgotten.
func (w *forgetWorker) Work(ctx context.Context, job *river.Job[forgetArgs]) error {
	for {
		r, err := w.store.forgetStep(ctx, job.Args.Owner, job.Args.ID)
		if errors.Is(err, pgx.ErrNoRows) || CodeOf(err) == CodeNotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if r.DoneAt != nil {
			return w.store.dropJobs(ctx, job.Args.Owner)
		}
	}
}

// Timeout lets a forgetting of a lifetime take its time.
func (w *forgetWorker) Timeout(*river.Job[forgetArgs]) time.Duration { return time.Hour }

// dropJobs removes the jobs about reflections and imports of hers that are gone. One that
// runs ends by itself: it finds nothing.
func (s *Store) dropJobs(ctx context.Context, owner ID) error {
	var ids []int64
	err := s.asPerson(ctx, owner, func(tx *tx) error {
		return tx.QueryRow(ctx, `SELECT ARRAY(SELECT j.id FROM river_job j JOIN tombstones t ON t.owner = $1 AND t.id::text = j.args->>'reflection'
			WHERE j.kind = 'index' AND j.args->>'owner' = $1::text AND j.state <> 'running'
			UNION SELECT j.id FROM river_job j
			WHERE j.kind = 'expire_import' AND j.args->>'owner' = $1::text AND j.state <> 'running'
			  AND NOT EXISTS (SELECT FROM imports i WHERE i.owner = $1 AND i.id::text = j.args->>'import'))`, owner).Scan(&ids)
	})
	if err != nil {
		return err
	}
	_, err = s.system.Exec(ctx, `DELETE FROM river_job WHERE id = ANY ($1)`, ids)
	return translate(err)
}
