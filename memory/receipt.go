package memory

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// ScopeKind is how much is forgotten at once.
type ScopeKind string

// The kinds of Scope.
const (
	ForgetReflection   ScopeKind = "reflection"
	ForgetConversation ScopeKind = "conversation"
	ForgetRange        ScopeKind = "range"
	ForgetEverything   ScopeKind = "everything"
	ForgetAccount      ScopeKind = "account"
	ForgetPlan         ScopeKind = "plan" // by Store.ForgetPlan alone
)

// Scope says what is to be forgotten.
type Scope struct {
	Kind  ScopeKind  `json:"kind" enum:"reflection,conversation,range,everything"`
	About *ID        `json:"about,omitempty"` // the reflection or conversation
	Since *time.Time `json:"since,omitempty"` // of a range; nil: from the beginning
	Until *time.Time `json:"until,omitempty"` // of a range, itself left out; nil: to the end
}

func (s Scope) check() error {
	one := s.Kind == ForgetReflection || s.Kind == ForgetConversation
	switch {
	case !slices.Contains([]ScopeKind{ForgetReflection, ForgetConversation, ForgetRange, ForgetEverything}, s.Kind):
		return Errorf(CodeInvalid, "That is nothing that can be forgotten this way.")
	case one != (s.About != nil) || (s.Kind != ForgetRange && (s.Since != nil || s.Until != nil)):
		return Errorf(CodeInvalid, "That does not say what is to be forgotten.")
	case s.Kind == ForgetRange && s.Since == nil && s.Until == nil:
		return Errorf(CodeInvalid, "A time range has a first day, a last day or both.")
	case s.Since != nil && s.Until != nil && !s.Since.Before(*s.Until):
		return Errorf(CodeInvalid, "The time range ends before it begins.")
	}
	return nil
}

// RewriteState is how far the second stage of a forgetting is.
type RewriteState string

// The states of the second stage.
const (
	RewritePending  RewriteState = "pending"
	RewriteDone     RewriteState = "done"
	RewriteNotOurs  RewriteState = "not ours"    // the database is somebody's: it cannot be proved from here
	RewriteNotBegun RewriteState = "first stage" // the first stage still runs
)

// Receipt says what forgetting removed, per store, without content.
type Receipt struct {
	ID          ID             `json:"id"`
	Scope       Scope          `json:"scope"`
	At          time.Time      `json:"at"`
	DoneAt      *time.Time     `json:"doneAt,omitempty"` // when nothing showed it any more; nil while it runs
	Removed     map[string]int `json:"removed"`          // store, such as "passages" → rows
	Rewrite     RewriteState   `json:"rewrite"`
	WantedAt    *time.Time     `json:"wantedAt,omitempty"`    // she asked for the rewrite now
	RewrittenAt *time.Time     `json:"rewrittenAt,omitempty"` // when the bytes on disk were gone
	Limits      []string       `json:"limits"`                // what this cannot reach or prove
}

// What a receipt cannot promise, in words for her.
const (
	limitBackups = "Backups that were made before still hold it. A backup that is restored here forgets it again; copies elsewhere do not."
	limitForeign = "The database is run by somebody else. Deleted rows can stay in its files, its write-ahead log and its statistics, " +
		"in archives of its log, on replicas and in its backups; Innerwork cannot look there. Ask whoever runs it."
)

const receiptColumns = `id, kind, about, since, until, at, done_at, removed, wanted_at, rewritten_at`

func (s *Store) scanReceipt(row pgx.CollectableRow) (r Receipt, err error) {
	err = row.Scan(&r.ID, &r.Scope.Kind, &r.Scope.About, &r.Scope.Since, &r.Scope.Until, &r.At, &r.DoneAt, &r.Removed, &r.WantedAt, &r.RewrittenAt)
	r.Limits = []string{limitBackups}
	switch {
	case r.DoneAt == nil:
		r.Rewrite = RewriteNotBegun
	case r.RewrittenAt != nil:
		r.Rewrite = RewriteDone
	case s.foreign:
		r.Rewrite = RewriteNotOurs
	default:
		r.Rewrite = RewritePending
	}
	if s.foreign {
		r.Limits = append(r.Limits, limitForeign)
	}
	return r, err
}

// Receipts lists what she has forgotten, the latest first.
func (s *Store) Receipts(ctx context.Context, owner ID) (all []Receipt, err error) {
	defer wrap(&err, "receipts")
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		rows, _ := tx.Query(ctx, `SELECT `+receiptColumns+` FROM forgettings WHERE owner = $1 ORDER BY at DESC, id DESC LIMIT 200`, owner)
		all, err = pgx.CollectRows(rows, s.scanReceipt)
		return err
	})
	return all, err
}

func (t *tx) receipt(ctx context.Context, id ID) (Receipt, error) {
	rows, _ := t.Query(ctx, `SELECT `+receiptColumns+` FROM forgettings WHERE owner = $1 AND id = $2 FOR UPDATE`, t.owner, id)
	return pgx.CollectExactlyOneRow(rows, t.store.scanReceipt)
}

// wrote puts a step's counts on the receipt.
func (t *tx) wrote(ctx context.Context, r *Receipt, removed map[string]int, done bool) error {
	for store, n := range removed {
		r.Removed[store] += n
	}
	counts, err := json.Marshal(r.Removed)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE forgettings SET removed = $3, done_at = CASE WHEN $4 THEN clock_timestamp() END WHERE owner = $1 AND id = $2`,
		t.owner, r.ID, counts, done)
	return err
}

// WantRewrite notes that she asks for the second stage now.
func (s *Store) WantRewrite(ctx context.Context, owner ID) (err error) {
	defer wrap(&err, "want a rewrite")
	return s.asPerson(ctx, owner, func(tx *tx) error {
		_, err := tx.Exec(ctx, `UPDATE forgettings SET wanted_at = coalesce(wanted_at, $2)
			WHERE owner = $1 AND done_at IS NOT NULL AND rewritten_at IS NULL`, owner, s.now())
		return err
	})
}

// Forgetting names a forgetting, for whoever rewrites.
type Forgetting struct{ Owner, ID ID }

// PendingRewrites lists the forgettings whose first stage is over and whose
// second is not. wanted says that somebody asked for it now.
func (s *Store) PendingRewrites(ctx context.Context) (all []Forgetting, wanted bool, err error) {
	defer wrap(&err, "pending rewrites")
	rows, err := s.system.Query(ctx, `SELECT owner, id, wanted_at IS NOT NULL FROM forgettings WHERE rewritten_at IS NULL AND done_at IS NOT NULL`)
	if err != nil {
		return nil, false, translate(err)
	}
	var f Forgetting
	var now bool
	_, err = pgx.ForEachRow(rows, []any{&f.Owner, &f.ID, &now}, func() error {
		all, wanted = append(all, f), wanted || now
		return nil
	})
	return all, wanted, translate(err)
}

// Rewritten notes that no byte of the database's files holds what they removed.
func (s *Store) Rewritten(ctx context.Context, all []Forgetting) (err error) {
	defer wrap(&err, "rewritten")
	return s.accounts(ctx, func(t pgx.Tx) error {
		for _, f := range all {
			if _, err := t.Exec(ctx, `UPDATE forgettings SET rewritten_at = $3 WHERE owner = $1 AND id = $2`, f.Owner, f.ID, s.now()); err != nil {
				return err
			}
		}
		return nil
	})
}
