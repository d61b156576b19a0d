package memory

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// expireArgs names an import that goes when its time is over.
type expireArgs struct {
	Owner  ID `json:"owner"`
	Import ID `json:"import"`
}

// Kind names the job for River.
func (expireArgs) Kind() string { return "expire_import" }

type expireWorker struct {
	river.WorkerDefaults[expireArgs]
	store *Store
}

// Work removes what she did not take in, or comes back when she has gone on
// with it since.
func (w *expireWorker) Work(ctx context.Context, job *river.Job[expireArgs]) error {
	var until time.Time
	err := w.store.asPipeline(ctx, job.Args.Owner, func(tx *tx) error {
		err := tx.QueryRow(ctx, `SELECT expires_at FROM imports WHERE owner = $1 AND id = $2`, tx.owner, job.Args.Import).Scan(&until)
		if err == pgx.ErrNoRows {
			return nil
		}
		if err != nil || until.After(w.store.now()) {
			return err
		}
		until = time.Time{}
		_, err = tx.Exec(ctx, `DELETE FROM imports WHERE owner = $1 AND id = $2 AND expires_at <= $3`, tx.owner, job.Args.Import, w.store.now())
		return err
	})
	if err == nil && !until.IsZero() {
		return river.JobSnooze(until.Sub(w.store.now()))
	}
	return err
}

func (t *tx) expireLater(ctx context.Context, id ID, at time.Time) error {
	_, err := t.store.jobs.InsertTx(ctx, t.Tx, expireArgs{t.owner, id}, &river.InsertOpts{ScheduledAt: at})
	return err
}
