package memory

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

// Desk returns the lines that a leader released to the coach, and with them
// writes that he read each, in one statement. A coach to whom nothing is
// released finds nothing, whether or not there is such a leader.
func (s *Store) Desk(ctx context.Context, coach, leader ID) (leaderName string, lines []DeskLine, err error) {
	defer wrap(&err, "desk of %v", coach)
	err = s.asPerson(ctx, coach, func(tx *tx) error {
		rows, err := tx.Query(ctx, `SELECT release, conversation, heading, text, cited, asked, released_at, new, marks FROM desk($1)`, leader)
		if err != nil {
			return err
		}
		lines, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (l DeskLine, err error) {
			l.Leader = leader
			err = row.Scan(&l.Release, &l.Conversation, &l.Heading, &l.Text, &l.Cited, &l.Asked, &l.ReleasedAt, &l.New, &l.Marks)
			return l, err
		})
		if err == nil && len(lines) == 0 {
			return pgx.ErrNoRows
		}
		return err
	})
	if err != nil {
		return "", nil, err
	}
	names, err := s.names(ctx, []ID{leader})
	return names[leader], lines, err
}

// AddMark keeps a coach's mark on a line that is released to him, or on the
// question before it if that is released too. The same id with the same
// content is the same mark.
func (s *Store) AddMark(ctx context.Context, coach, leader ID, m Mark) (_ Mark, err error) {
	defer wrap(&err, "mark %v", m.ID)
	if err := first(checkIDs(m.ID, m.Release), checkNote("The note", m.Note, MaxNote)); err != nil {
		return Mark{}, err
	}
	if !slices.Contains([]MarkOn{OnLine, OnQuestion}, m.On) {
		return Mark{}, Errorf(CodeInvalid, "A mark is on one of: line, question.")
	}
	if !slices.Contains([]MarkKind{Unsupported, Leading, OverReach, MissedSignal}, m.Kind) {
		return Mark{}, Errorf(CodeInvalid, "A mark is one of: unsupported, leading, over-reach, missed-signal.")
	}
	m = Mark{ID: m.ID, Release: m.Release, Coach: coach, On: m.On, Kind: m.Kind, Note: m.Note}
	err = s.asPerson(ctx, coach, func(tx *tx) error {
		return tx.QueryRow(ctx, `SELECT line, at FROM mark($1, $2, $3, $4, $5, $6)`, leader, m.ID, m.Release, m.On, m.Kind, m.Note).
			Scan(&m.Line, &m.At)
	})
	if err != nil {
		return Mark{}, err
	}
	return m, nil
}

// RemoveMark takes a coach's mark back, unless she has answered it.
func (s *Store) RemoveMark(ctx context.Context, coach, leader, id ID) (err error) {
	defer wrap(&err, "take back mark %v", id)
	return s.asPerson(ctx, coach, func(tx *tx) error {
		var answered bool
		err := tx.QueryRow(ctx, `SELECT answered FROM unmark($1, $2)`, leader, id).Scan(&answered)
		if err == nil && answered {
			err = Errorf(CodeConflict, "It is answered already, so the mark and the answer stay.")
		}
		return err
	})
}

// names are what people sign in with: no words of theirs.
func (s *Store) names(ctx context.Context, ids []ID) (map[ID]string, error) {
	names := map[ID]string{}
	if len(ids) == 0 {
		return names, nil
	}
	rows, err := s.system.Query(ctx, `SELECT id, name FROM people WHERE id = ANY ($1)`, ids)
	if err != nil {
		return nil, translate(err)
	}
	var id ID
	var name string
	_, err = pgx.ForEachRow(rows, []any{&id, &name}, func() error {
		names[id] = name
		return nil
	})
	return names, translate(err)
}
