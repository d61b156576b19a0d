package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// alike is how many passages are shown beside a reflection that she picked. A
// whole text covers too little of another for the floor of recall to judge, so
// the nearest are shown, few, and said to be no more than that.
const alike = 12

// OfTheme is what she said and wrote on a theme over time: dated quotes, the
// oldest first. Nothing reads anything into them.
func (s *Store) OfTheme(ctx context.Context, owner, theme ID) (t Theme, found []Found, err error) {
	defer wrap(&err, "theme %v over time", theme)
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		t, err = tx.theme(ctx, theme)
		return err
	})
	if err != nil {
		return t, nil, err
	}
	found, err = s.SearchHers(ctx, owner, HerSearch{Text: t.Words, Limit: candidates})
	byDate(found)
	return t, found, err
}

// Alike is what stands nearest to a reflection of hers, in words or meaning:
// dated quotes of others, the oldest first.
func (s *Store) Alike(ctx context.Context, owner, reflection ID) (r Reflection, found []Found, err error) {
	defer wrap(&err, "%v over time", reflection)
	var versions []ID
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if versions, err = tx.versions(ctx, reflection); err != nil {
			return err
		}
		r, err = tx.reflection(ctx, reflection)
		return err
	})
	if err != nil {
		return r, nil, err
	}
	text := []rune(r.Text)
	passages := cutPassages(r.Text)
	if len(passages) == 0 {
		return r, nil, nil
	}
	all, err := s.Search(ctx, owner, Search{Text: string(text[:passages[0].end]), Limit: alike + len(passages)})
	if err != nil {
		return r, nil, err
	}
	for _, f := range all {
		if !slices.Contains(versions, f.Reflection) && (len(f.Terms) > 0 || f.Similarity > 0) && len(found) < alike {
			found = append(found, f)
		}
	}
	byDate(found)
	return r, found, nil
}

func byDate(found []Found) {
	slices.SortStableFunc(found, func(a, b Found) int {
		return cmp.Or(a.At.Compare(b.At), slices.Compare(a.Reflection[:], b.Reflection[:]), cmp.Compare(a.Start, b.Start))
	})
}

// ClarityMark is how clear it was to her at the end of one conversation.
type ClarityMark struct {
	Conversation ID        `json:"conversation"`
	Practice     string    `json:"practice"`
	Title        string    `json:"title"`
	Clarity      int       `json:"clarity"` // 0..10
	At           time.Time `json:"at"`
}

// mostMarks is how many clarity marks are listed, the latest ones.
const mostMarks = 500

// ClarityMarks lists hers, the oldest first.
func (s *Store) ClarityMarks(ctx context.Context, owner ID) (all []ClarityMark, err error) {
	defer wrap(&err, "clarity marks")
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		rows, err := tx.Query(ctx, selectConversation+`WHERE c.owner = $1 AND c.clarity IS NOT NULL ORDER BY c.last_at DESC LIMIT $2`, owner, mostMarks)
		if err != nil {
			return err
		}
		marked, err := pgx.CollectRows(rows, scanConversation)
		for _, c := range slices.Backward(marked) {
			m := ClarityMark{Conversation: c.ID, Practice: c.Practice, Title: c.Title, Clarity: *c.Clarity, At: c.LastAt}
			if c.ClosedAt != nil {
				m.At = *c.ClosedAt
			}
			all = append(all, m)
		}
		slices.SortStableFunc(all, func(a, b ClarityMark) int { return a.At.Compare(b.At) })
		return err
	})
	return all, err
}

// Of one day, and how far back the same day of each month is looked at; of
// years it is as far as anybody's words go.
const (
	mostOfADay = 5
	monthsBack = 11
	yearsBack  = 80
)

// OnThisDay lists what she said and wrote on this day of earlier months and
// years, as days are in the zone, the newest first; at most five of each day.
func (s *Store) OnThisDay(ctx context.Context, owner ID, zone string) (all []Reflection, err error) {
	defer wrap(&err, "on this day")
	in, err := time.LoadLocation(zone)
	if err != nil || checkZone(zone) != nil {
		return nil, checkZone(zone)
	}
	from, until := sameDays(s.now().In(in))
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		rows, err := tx.Query(ctx, `
			SELECT r.id FROM unnest($2::timestamptz[], $3::timestamptz[]) AS day (from_at, until_at), LATERAL (
				SELECT id, at FROM reflections r
				WHERE r.owner = $1 AND r.at >= from_at AND r.at < until_at
				  AND NOT EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id)
				ORDER BY r.at DESC, r.id LIMIT $4) r
			ORDER BY r.at DESC, r.id`, owner, from, until, mostOfADay)
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[ID])
		if err != nil {
			return err
		}
		all, err = tx.inOrder(ctx, ids)
		return err
	})
	return all, err
}

// sameDays are the beginnings and ends of the days with today's number, in
// months and years that have it.
func sameDays(today time.Time) (from, until []time.Time) {
	year, month, day := today.Date()
	add := func(years, months int) {
		at := time.Date(year-years, month-time.Month(months), day, 0, 0, 0, 0, today.Location())
		if at.Day() == day {
			from, until = append(from, at), append(until, time.Date(at.Year(), at.Month(), day+1, 0, 0, 0, 0, today.Location()))
		}
	}
	for n := range monthsBack {
		add(0, n+1)
	}
	for n := range yearsBack {
		add(n+1, 0)
	}
	return from, until
}
