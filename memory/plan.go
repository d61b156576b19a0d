package memory

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// MaxPlanPart is the most code points of one part of a plan: it is to be read
// in a hard hour.
const MaxPlanPart = 1_000

// PlanWords is what she wrote down for hard hours, in lines of her own. Each
// part may be empty, all of them together may not.
type PlanWords struct {
	Signs    string `json:"signs,omitempty" doc:"What tells me that it is getting hard."`
	Alone    string `json:"alone,omitempty" doc:"What I can do by myself."`
	Places   string `json:"places,omitempty" doc:"Places and people that take my mind off it."`
	People   string `json:"people,omitempty" doc:"People I can tell, and how I reach them."`
	Services string `json:"services,omitempty" doc:"Professionals and lines, and how I reach them."`
	Safer    string `json:"safer,omitempty" doc:"How I make what is around me safer."`
	Worth    string `json:"worth,omitempty" doc:"What I want to remember, and what is worth staying for."`
}

// Plan is her plan as it is now; what it was before is not kept.
type Plan struct {
	ID      ID        `json:"id"`
	Version int       `json:"version" doc:"One more with each change."`
	At      time.Time `json:"at" doc:"Of the last change."`
	PlanWords
}

func (w PlanWords) check() error {
	if w == (PlanWords{}) {
		return Errorf(CodeInvalid, "Nothing is written in the plan yet. Write a line, or forget the plan if you want it gone.")
	}
	return first(
		checkNote("What tells you that it is getting hard", w.Signs, MaxPlanPart),
		checkNote("What you can do by yourself", w.Alone, MaxPlanPart),
		checkNote("What takes your mind off it", w.Places, MaxPlanPart),
		checkNote("The part about people you can tell", w.People, MaxPlanPart),
		checkNote("The part about professionals and lines", w.Services, MaxPlanPart),
		checkNote("The part about making it safer", w.Safer, MaxPlanPart),
		checkNote("What you want to remember", w.Worth, MaxPlanPart))
}

// Plan returns her plan, or nil if she has none.
func (s *Store) Plan(ctx context.Context, owner ID) (p *Plan, err error) {
	defer wrap(&err, "plan")
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		p, err = tx.plan(ctx)
		return err
	})
	return p, err
}

// KeepPlan keeps her plan as it stands now, in the place of the version that
// she changed; 0 is none. The same again is the same plan. If another version
// is there than the one that she changed, nothing is stored: CodeConflict. An id
// that she forgot stays forgotten: CodeGone.
func (s *Store) KeepPlan(ctx context.Context, owner, id ID, version int, w PlanWords) (p *Plan, err error) {
	defer wrap(&err, "keep plan")
	if err := first(checkIDs(id), w.check()); err != nil {
		return nil, err
	}
	if version < 0 {
		return nil, Errorf(CodeInvalid, "There is no such version of a plan.")
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if _, err := tx.Exec(ctx, `
			INSERT INTO plans AS p (owner, id, version, at, signs, alone, places, people, services, safer, worth)
			VALUES ($1, $2, $3::int + 1, $4, $5, $6, $7, $8, $9, $10, $11)
			ON CONFLICT (owner) DO UPDATE SET version = p.version + 1, at = excluded.at, signs = excluded.signs, alone = excluded.alone,
				places = excluded.places, people = excluded.people, services = excluded.services, safer = excluded.safer, worth = excluded.worth
			WHERE p.id = excluded.id AND p.version = $3`,
			owner, id, version, s.now(), w.Signs, w.Alone, w.Places, w.People, w.Services, w.Safer, w.Worth); err != nil {
			return err
		}
		if p, err = tx.plan(ctx); err == nil && (p == nil || p.ID != id || p.Version != version+1 || p.PlanWords != w) {
			p, err = nil, Errorf(CodeConflict, "Your plan was changed in another window since you opened it here. "+
				"Nothing was overwritten, and what you wrote here is not saved yet.")
		}
		return err
	})
	return p, err
}

// ForgetPlan removes her plan. Its id leaves a tombstone, and the receipt says
// when its bytes are gone from the disk. The error has CodeNotFound if she has none.
func (s *Store) ForgetPlan(ctx context.Context, owner ID) (r Receipt, err error) {
	defer wrap(&err, "forget plan")
	id := s.newID()
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		tag, err := tx.Exec(ctx, `WITH went AS (DELETE FROM plans WHERE owner = $1 RETURNING id)
			INSERT INTO tombstones (owner, id, at) SELECT $1, id, $2 FROM went ON CONFLICT DO NOTHING`, owner, s.now())
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return Errorf(CodeNotFound, "There is no plan of yours here.")
		}
		if _, err := tx.Exec(ctx, `INSERT INTO forgettings (owner, id, kind, at) VALUES ($1, $2, $3, $4)`, owner, id, ForgetPlan, s.now()); err != nil {
			return err
		}
		if r, err = tx.receipt(ctx, id); err != nil {
			return err
		}
		if err := tx.wrote(ctx, &r, map[string]int{"plans": 1}, true); err != nil {
			return err
		}
		r, err = tx.receipt(ctx, id)
		return err
	})
	return r, err
}

// plan reads hers, or nil.
func (t *tx) plan(ctx context.Context) (*Plan, error) {
	rows, _ := t.Query(ctx, `SELECT id, version, at, signs, alone, places, people, services, safer, worth FROM plans WHERE owner = $1`, t.owner)
	p, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (p Plan, err error) {
		err = row.Scan(&p.ID, &p.Version, &p.At, &p.Signs, &p.Alone, &p.Places, &p.People, &p.Services, &p.Safer, &p.Worth)
		return p, err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &p, nil
}
