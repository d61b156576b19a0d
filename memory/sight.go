package memory

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// SeenLine is a reading with the line that was read, as it is now; Text is ""
// if the line is gone.
type SeenLine struct {
	Reading
	Line      ID     `json:"line"`
	Text      string `json:"text"`
	CoachName string `json:"coachName"`
}

// Readings lists every sight of a line of hers by a coach, the latest first.
func (s *Store) Readings(ctx context.Context, owner ID) (all []SeenLine, err error) {
	defer wrap(&err, "readings")
	var coaches []ID
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		rows, err := tx.Query(ctx, `
			SELECT d.id, d.release, d.coach, d.at, r.line, coalesce(v.text, '')
			FROM readings d
			JOIN releases r ON r.owner = d.owner AND r.id = d.release
			LEFT JOIN shown_lines v ON v.owner = r.owner AND v.line = r.line
			WHERE d.owner = $1 ORDER BY d.at DESC, d.id`, owner)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (l SeenLine, err error) {
			err = row.Scan(&l.ID, &l.Release, &l.Coach, &l.At, &l.Line, &l.Text)
			coaches = append(coaches, l.Coach)
			return l, err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx, coaches)
	for i := range all {
		all[i].CoachName = names[all[i].Coach]
	}
	return all, err
}

// MarkedLine is a coach's mark with what it is on.
type MarkedLine struct {
	Mark
	LineText  string  `json:"lineText"` // "" if the line is gone
	Cited     []Quote `json:"cited"`    // the words it stands on
	Asked     *Asked  `json:"asked,omitempty"`
	CoachName string  `json:"coachName"`
	Revoked   bool    `json:"revoked"` // the coach no longer sees the line, nor the mark
}

// Marks lists the marks on lines of hers, the latest first, those on ended
// releases too.
func (s *Store) Marks(ctx context.Context, owner ID) (all []MarkedLine, err error) {
	defer wrap(&err, "marks")
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		all, err = tx.marks(ctx, `true`)
		return err
	})
	if err != nil {
		return nil, err
	}
	var coaches []ID
	for _, m := range all {
		coaches = append(coaches, m.Coach)
	}
	names, err := s.names(ctx, coaches)
	for i := range all {
		all[i].CoachName = names[all[i].Coach]
	}
	return all, err
}

// AnswerMark keeps her answer to a mark. There is one; the same again is the
// same.
func (s *Store) AnswerMark(ctx context.Context, owner, mark ID, text string) (m Mark, err error) {
	defer wrap(&err, "answer %v", mark)
	if err := checkText("The answer", text, MaxNote); err != nil {
		return m, err
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO answers (owner, mark, text, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			owner, mark, text, s.now()); err != nil {
			return err
		}
		all, err := tx.marks(ctx, `m.id = $2`, mark)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return pgx.ErrNoRows
		}
		if m = all[0].Mark; m.Answer != text {
			return Errorf(CodeConflict, "You have answered this mark already.")
		}
		return nil
	})
	return m, err
}

func (t *tx) marks(ctx context.Context, condition string, args ...any) ([]MarkedLine, error) {
	rows, err := t.Query(ctx, `
		SELECT m.id, m.release, r.line, m.coach, m."on", m.kind, m.note, m.at, coalesce(a.text, ''), a.at,
		       coalesce(v.text, ''), coalesce(v.cited, '[]'), CASE WHEN r.with_question THEN v.asked END, r.revoked_at IS NOT NULL
		FROM marks m
		JOIN releases r ON r.owner = m.owner AND r.id = m.release
		LEFT JOIN answers a ON a.owner = m.owner AND a.mark = m.id
		LEFT JOIN shown_lines v ON v.owner = r.owner AND v.line = r.line
		WHERE m.owner = $1 AND `+condition+` ORDER BY m.at DESC, m.id`, append([]any{t.owner}, args...)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m MarkedLine, err error) {
		err = row.Scan(&m.ID, &m.Release, &m.Line, &m.Coach, &m.On, &m.Kind, &m.Note, &m.At, &m.Answer, &m.AnsweredAt,
			&m.LineText, &m.Cited, &m.Asked, &m.Revoked)
		return m, err
	})
}
