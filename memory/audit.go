package memory

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// note appends to a person's audit, in the transaction of the act itself.
func (s *Store) note(ctx context.Context, t pgx.Tx, person, actor ID, act string, about *ID, notify bool) error {
	_, err := t.Exec(ctx, `INSERT INTO audit (person, actor, act, about, at, notify) VALUES ($1, $2, $3, $4, $5, $6)`,
		person, actor, act, about, s.now(), notify)
	return err
}

func (s *Store) acts(ctx context.Context, q querier, where string, args ...any) ([]Act, error) {
	rows, err := q.Query(ctx, `SELECT a.seq, a.actor, a.act, a.about, a.at, NOT a.notify OR d.seq IS NOT NULL
		FROM audit a LEFT JOIN audit_told d ON d.seq = a.seq `+where, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (a Act, err error) {
		err = row.Scan(&a.Seq, &a.Actor, &a.Act, &a.About, &a.At, &a.Told)
		return a, err
	})
}

// Audit lists what happened with her account, the latest first; before is a
// number to go on from, or 0.
func (s *Store) Audit(ctx context.Context, person ID, before int64) (acts []Act, err error) {
	defer wrap(&err, "audit")
	acts, err = s.acts(ctx, s.system, `WHERE a.person = $1 AND ($2 = 0 OR a.seq < $2) ORDER BY a.seq DESC LIMIT 100`, person, before)
	return acts, translate(err)
}

// ToldOf notes that she was shown what she had to be told of.
func (s *Store) ToldOf(ctx context.Context, person ID, upTo int64) (err error) {
	defer wrap(&err, "told of")
	_, err = s.system.Exec(ctx, `INSERT INTO audit_told (seq, at) SELECT seq, $3 FROM audit
		WHERE person = $1 AND seq <= $2 AND notify ON CONFLICT DO NOTHING`, person, upTo, s.now())
	return translate(err)
}
