package memory

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// batch is statements that reach the server in one round trip. Sent on its
// own it is one transaction, whose commit comes with the last answer. What its
// methods return is filled when it has been sent.
type batch struct {
	pgx.Batch
	owner ID
}

// newBatch begins a batch for one person: row-level security reads the setting.
func newBatch(owner ID) *batch {
	b := &batch{owner: owner}
	b.Queue(beginBatch, owner.String())
	return b
}

// beginBatch also has PostgreSQL plan a statement once for each connection: all
// of a batch's go by keys, and planning one takes longer than running it.
const beginBatch = `SELECT set_config('innerwork.person', $1, true), set_config('plan_cache_mode', 'force_generic_plan', true)`

// send runs the batch of a person as a transaction of its own. An error with
// CodeUnavailable leaves open whether it was committed.
func (s *Store) send(ctx context.Context, pool *pgxpool.Pool, b *batch) error {
	if b.owner == uuid.Nil {
		return errors.New("a transaction for nobody")
	}
	return translate(pool.SendBatch(ctx, &b.Batch).Close())
}

// read makes and sends a batch that changes nothing, and does so again where
// PostgreSQL was restarted and the connection was one of before.
func (s *Store) read(ctx context.Context, pool *pgxpool.Pool, owner ID, ask func(*batch)) error {
	try := func() error {
		b := newBatch(owner)
		ask(b)
		return s.send(ctx, pool, b)
	}
	err := try()
	if CodeOf(err) == CodeUnavailable && ctx.Err() == nil {
		pool.Reset()
		err = try()
	}
	return err
}

// inside sends a batch of one question within an open transaction.
func inside[M any](ctx context.Context, t *tx, ask func(*batch, []ID) M, ids ...ID) (M, error) {
	b := &batch{owner: t.owner}
	answer := ask(b, ids)
	return answer, t.SendBatch(ctx, &b.Batch).Close()
}

// byID collects the rows of a query whose parameters are the owner and a list
// of ids; it asks nothing for an empty list.
func byID[K comparable, V any](b *batch, ids []ID, query string, scan func(pgx.CollectableRow) (K, V, error)) map[K]*V {
	all := map[K]*V{}
	if len(ids) == 0 {
		return all
	}
	b.Queue(query, b.owner, ids).Query(func(rows pgx.Rows) error {
		_, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (struct{}, error) {
			key, value, err := scan(row)
			all[key] = &value
			return struct{}{}, err
		})
		return err
	})
	return all
}
