package memory

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Restraint is what the coach did in a term of four whole weeks, counted for an
// operator. It holds no words and no ids of people; migration 00018 says on how
// many leaders a row rests.
type Restraint struct {
	Own   bool           `json:"own"` // of the operator's own conversations only
	Since time.Time      `json:"since"`
	Until time.Time      `json:"until"`
	Rows  []RestraintRow `json:"rows"`
}

// RestraintRow is one speaker, with one version of the prompt, in one practice.
type RestraintRow struct {
	Folded        Fold   `json:"folded" enum:",practices,all"`
	Speaker       string `json:"speaker"` // guide or model; none of marks with no question before the line; "" if all are folded
	Model         string `json:"model,omitempty"`
	PromptVersion string `json:"promptVersion,omitempty"`
	Practice      string `json:"practice,omitempty"` // "" while it has none, and where practices are folded

	Replies   int                         `json:"replies"`
	Ended     map[ReplyState]int          `json:"ended"`
	Released  map[SentenceKind]int        `json:"released"`  // of the speaker's own sentences
	Questions int                         `json:"questions"` // by anybody, in these replies
	Dropped   map[string]int              `json:"dropped"`   // by the guard, by its kinds
	FilledIn  int                         `json:"filledIn"`  // replies of which nothing of the model's was left
	Marks     map[MarkOn]map[MarkKind]int `json:"marks"`
	Answered  int                         `json:"answered"` // of these marks
}

// Fold says what is added up in a row because each alone rests on too few.
type Fold string

// The folds.
const (
	FoldNone      Fold = ""
	FoldPractices Fold = "practices"
	FoldAll       Fold = "all"
)

// MaxBack is how many terms before the running one can be looked at.
const MaxBack = 12

// Restraint counts the term that lies back terms before the running one. The
// running one, 0, has the operator's own conversations only.
func (s *Store) Restraint(ctx context.Context, operator ID, back int) (card Restraint, err error) {
	defer wrap(&err, "restraint card for %v", operator)
	if back < 0 || back > MaxBack {
		return Restraint{}, Errorf(CodeInvalid, "The card goes back at most %d terms.", MaxBack)
	}
	card.Rows = []RestraintRow{}
	err = s.asPerson(ctx, operator, func(tx *tx) error {
		rows, err := tx.Query(ctx, `SELECT own, since, until, fold, coalesce(speaker, ''), coalesce(model, ''), coalesce(prompt_version, ''),
			coalesce(practice, ''), coalesce(what, ''), coalesce(n, 0) FROM restraint($1)`, back)
		if err != nil {
			return err
		}
		var fold *int
		var row RestraintRow
		var what string
		var n int
		tag, err := pgx.ForEachRow(rows, []any{&card.Own, &card.Since, &card.Until, &fold,
			&row.Speaker, &row.Model, &row.PromptVersion, &row.Practice, &what, &n}, func() error {
			if fold != nil {
				row.Folded = []Fold{FoldNone, FoldPractices, FoldAll}[*fold]
				card.row(row).count(what, n)
			}
			return nil
		})
		if err == nil && tag.RowsAffected() == 0 {
			err = Errorf(CodeForbidden, "Only an operator may do that.")
		}
		return err
	})
	if err != nil {
		return Restraint{}, err
	}
	return card, nil
}

// row is the last row if it is this one, or a new one: they come in order.
func (r *Restraint) row(of RestraintRow) *RestraintRow {
	if n := len(r.Rows); n > 0 {
		last := &r.Rows[n-1]
		if last.Folded == of.Folded && last.Speaker == of.Speaker && last.Model == of.Model &&
			last.PromptVersion == of.PromptVersion && last.Practice == of.Practice {
			return last
		}
	}
	of.Ended, of.Released, of.Dropped = map[ReplyState]int{}, map[SentenceKind]int{}, map[string]int{}
	of.Marks = map[MarkOn]map[MarkKind]int{OnLine: {}, OnQuestion: {}}
	r.Rows = append(r.Rows, of)
	return &r.Rows[len(r.Rows)-1]
}

func (r *RestraintRow) count(what string, n int) {
	what, kind, _ := strings.Cut(what, ".")
	switch what {
	case "replies":
		r.Replies = n
	case "questions":
		r.Questions = n
	case "filled-in":
		r.FilledIn = n
	case "answered":
		r.Answered = n
	case "ended":
		r.Ended[ReplyState(kind)] = n
	case "released":
		r.Released[SentenceKind(kind)] = n
	case "dropped":
		r.Dropped[kind] = n
	case "mark":
		on, kind, _ := strings.Cut(kind, ".")
		r.Marks[MarkOn(on)][MarkKind(kind)] = n
	}
}
