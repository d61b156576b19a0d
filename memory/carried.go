package memory

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"innerwork/memory/archive"
)

// CarriedRelease is a line that was released to a coach, here or, as an
// archive has it, elsewhere.
type CarriedRelease struct {
	ID           ID            `json:"id"`
	Line         ID            `json:"line"`
	Coach        ID            `json:"coach"`
	Name         string        `json:"name"` // of the coach, as far as it is known
	Text         string        `json:"text"` // of the line; "" if it is not there any more
	WithQuestion bool          `json:"with_question"`
	At           time.Time     `json:"at"`
	RevokedAt    *time.Time    `json:"revoked_at,omitempty"`
	Readings     []ReadingAt   `json:"readings"`
	Marks        []CarriedMark `json:"marks"`
}

// ReadingAt is one sight of a line by the coach.
type ReadingAt struct {
	At time.Time `json:"at"`
}

// CarriedMark is a coach's mark on such a line, with her answer.
type CarriedMark struct {
	Release ID        `json:"release"`
	On      MarkOn    `json:"on"`
	Kind    MarkKind  `json:"kind"`
	Note    string    `json:"note"`
	At      time.Time `json:"at"`
	Answers []version `json:"answers"`
}

// released reads releases with what came of them, the first first: those of
// here and those that were carried, or only these.
func (t *tx) released(ctx context.Context, names map[ID]string, carried bool) ([]CarriedRelease, error) {
	read := func(table string, each func(json.RawMessage) error) error {
		at := slices.IndexFunc(things, func(k thing) bool { return k.table == table })
		query := things[max(at, 0)].all()
		args := []any{t.owner}
		if carried || at < 0 {
			query, args = `SELECT record::text, '{}'::int[] FROM carried WHERE owner = $1 AND kind = $2 ORDER BY id`, append(args, table)
		}
		rows, err := t.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		var record string
		var counts []int
		_, err = pgx.ForEachRow(rows, []any{&record, &counts}, func() error { return each(json.RawMessage(record)) })
		return err
	}
	known := map[ID]string{}
	err := read("coachings", func(record json.RawMessage) error {
		var k struct {
			Coach ID
			Name  string
		}
		err := json.Unmarshal(record, &k)
		known[k.Coach] = k.Name
		return err
	})
	if err != nil {
		return nil, err
	}
	for id, name := range names {
		known[id] = name
	}
	var all []CarriedRelease
	if err := read("releases", func(record json.RawMessage) error {
		r := CarriedRelease{Marks: []CarriedMark{}}
		err := json.Unmarshal(record, &r)
		r.Name = known[r.Coach]
		all = append(all, r)
		return err
	}); err != nil {
		return nil, err
	}
	if err := read("marks", func(record json.RawMessage) error {
		var m CarriedMark
		if err := json.Unmarshal(record, &m); err != nil {
			return err
		}
		if of := slices.IndexFunc(all, func(r CarriedRelease) bool { return r.ID == m.Release }); of >= 0 {
			all[of].Marks = append(all[of].Marks, m)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	for i := range all {
		err := t.QueryRow(ctx, `SELECT text FROM shown_lines WHERE owner = $1 AND line = $2`, t.owner, all[i].Line).Scan(&all[i].Text)
		if err != nil && err != pgx.ErrNoRows {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b CarriedRelease) int { return a.At.Compare(b.At) })
	return all, nil
}

// Carried lists what an archive that she brought back says was released to
// coaches. Nothing of it is live.
func (s *Store) Carried(ctx context.Context, owner ID) (all []CarriedRelease, err error) {
	defer wrap(&err, "carried")
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		all, err = tx.released(ctx, nil, true)
		return err
	})
	return all, err
}

func (t *tx) releasedPage(ctx context.Context, w *archive.Writer, counts map[string]int, names map[ID]string) error {
	to, err := w.File(archive.ReleasedPage)
	if err != nil {
		return err
	}
	all, err := t.released(ctx, names, false)
	if err != nil {
		return err
	}
	counts["Lines released to a coach"] = len(all)
	p := archive.NewPage(to, archive.ReleasedPage, "What was released, read and marked")
	for _, r := range all {
		who := "a coach"
		if r.Name != "" {
			who = archive.Plain(r.Name)
		}
		p.Heading(r.ID.String(), "To "+who+", "+date(r.At))
		if r.Text == "" {
			p.Say("The line is not there any more.")
		}
		p.Words(r.Text)
		p.Say("%s", map[bool]string{true: "With the question before it.", false: "Without the question before it."}[r.WithQuestion])
		if r.RevokedAt != nil {
			p.Say("Ended on %s.", date(*r.RevokedAt))
		}
		if len(r.Readings) == 0 {
			p.Say("Not read.")
		}
		for _, d := range r.Readings {
			p.Say("Read on %s UTC.", archive.When(d.At, "UTC"))
		}
		for _, m := range r.Marks {
			p.Say("The coach marked the %s as %s on %s:", m.On, m.Kind, date(m.At))
			p.Words(m.Note)
			for _, a := range m.Answers {
				p.Say("Your answer:")
				p.Words(a.Text)
			}
		}
	}
	return p.Err()
}
