package memory

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"innerwork/memory/archive"
)

// cite is a quote q of reflection f, as pages cite it.
const cite = `jsonb_build_object('reflection', f.id, 'text', substr(f.text, q.start + 1, q."end" - q.start), 'at', f.at, 'zone', f.zone, 'talk', ` + talkOf + `)`

// talkOf is where f was said.
const talkOf = `(SELECT jsonb_build_object('id', k.id, 'practice', k.practice, 'startedAt', k.started_at)
	FROM conversations k WHERE k.owner = f.owner AND k.id = f.conversation)`

// cites are the quotes of a row i, by a table that points at them.
func cites(table, column string) string {
	return fmt.Sprintf(`coalesce((SELECT jsonb_agg(%s ORDER BY f.at, q.start, q.id) FROM %s z JOIN quotes q ON q.owner = z.owner AND q.id = z.quote
		JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection WHERE z.owner = i.owner AND z.%s = i.id), '[]')`, cite, table, column)
}

type (
	talk struct {
		ID        string
		Practice  string
		StartedAt time.Time
	}
	cited struct {
		Reflection string
		Text       string
		At         time.Time
		Zone       string
		Talk       *talk
	}
	version struct {
		Text string
		At   time.Time
	}
)

func (k talk) page() string { return archive.ConversationPage(k.ID, k.Practice, k.StartedAt) }

// link leads to where the words stand in full.
func (c cited) link(p *archive.Page) string {
	to := archive.DayPage(archive.Local(c.At, c.Zone))
	if c.Talk != nil {
		to = c.Talk.page()
	}
	return p.Link(archive.When(c.At, c.Zone), to, c.Reflection)
}

func sayCited(p *archive.Page, all []cited) {
	for _, c := range all {
		p.Words(c.Text)
		p.Say("— %s", c.link(p))
	}
}

// writePages writes what is for reading.
func (t *tx) writePages(ctx context.Context, w *archive.Writer, names map[ID]string) error {
	counts := map[string]int{}
	for _, write := range []func(context.Context, *archive.Writer, map[string]int) error{
		t.conversationPages, t.journalPages, t.insightsPage, t.commitmentsPage, t.summariesPage, t.planPage,
		func(ctx context.Context, w *archive.Writer, counts map[string]int) error {
			return t.releasedPage(ctx, w, counts, names)
		},
	} {
		if err := write(ctx, w, counts); err != nil {
			return err
		}
	}
	to, err := w.File(archive.Start)
	if err != nil {
		return err
	}
	p := archive.NewPage(to, archive.Start, "Everything that Innerwork kept")
	p.Say("Words in quotation blocks are yours, exactly as you said them; only on the page of what was released may they be a coach's, and it says so.\n")
	p.Item(fmt.Sprintf("Conversations, a page each, under `conversations/`: %d", counts["conversations"]))
	p.Item(fmt.Sprintf("Entries of the journal, a page a day, under `journal/`: %d", counts["journal"]))
	for _, page := range []struct{ path, what string }{{archive.InsightsPage, "Insights"}, {archive.CommitmentsPage, "Commitments"},
		{archive.SummariesPage, "Lines of summaries"}, {archive.ReleasedPage, "Lines released to a coach"}, {archive.PlanPage, "My plan"}} {
		p.Item(fmt.Sprintf("%s: %d", p.Link(page.what, page.path, ""), counts[page.what]))
	}
	p.Say("The same for programs, with all of its history, is described in `../FORMAT.md`.")
	return p.Err()
}

// journalPages writes a page for each day on which she wrote. It keeps the
// order of all days in mind, and the words of a few entries at a time.
func (t *tx) journalPages(ctx context.Context, w *archive.Writer, counts map[string]int) error {
	rows, err := t.Query(ctx, `SELECT r.id, r.at, r.zone FROM reflections r WHERE r.owner = $1 AND r.kind <> 'said'
		AND NOT EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id)`, t.owner)
	if err != nil {
		return err
	}
	type entry struct {
		id  ID
		day string
		at  time.Time
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e entry, err error) {
		var zone string
		err = row.Scan(&e.id, &e.at, &zone)
		e.day = archive.Local(e.at, zone).Format(time.DateOnly)
		return e, err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b entry) int {
		if a.day != b.day {
			return slices.Compare([]byte(a.day), []byte(b.day))
		}
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return slices.Compare(a.id[:], b.id[:])
	})
	counts["journal"] = len(all)
	var page *archive.Page
	day := ""
	for few := range slices.Chunk(all, 200) {
		ids := make([]ID, len(few))
		for i, e := range few {
			ids[i] = e.id
		}
		words, err := t.journalEntries(ctx, ids)
		if err != nil {
			return err
		}
		for _, e := range few {
			if e.day != day {
				if page != nil && page.Err() != nil {
					return page.Err()
				}
				day = e.day
				date, _ := time.Parse(time.DateOnly, day)
				path := archive.DayPage(date)
				to, err := w.File(path)
				if err != nil {
					return err
				}
				page = archive.NewPage(to, path, date.Format("2 January 2006"), "date", day)
			}
			words[e.id].write(page, e.id)
		}
	}
	if page != nil {
		return page.Err()
	}
	return nil
}

// journalEntry is one with its earlier versions, the oldest first.
type journalEntry struct {
	text, label, kind, zone string
	at                      time.Time
	apart                   bool
	earlier                 []struct {
		ID string
		version
	}
}

func (t *tx) journalEntries(ctx context.Context, ids []ID) (map[ID]journalEntry, error) {
	rows, err := t.Query(ctx, `
		SELECT r.id, r.text, r.label, r.kind, r.zone, r.at, r.apart, CASE WHEN r.supersedes IS NULL THEN '[]' ELSE (
			WITH RECURSIVE before AS (
				SELECT o.id, o.text, o.at, o.supersedes, 1 AS n FROM reflections o WHERE o.owner = $1 AND o.id = r.supersedes
				UNION ALL SELECT o.id, o.text, o.at, o.supersedes, n + 1 FROM reflections o JOIN before b ON o.owner = $1 AND o.id = b.supersedes
			) SELECT jsonb_agg(jsonb_build_object('id', id, 'text', text, 'at', at) ORDER BY n DESC) FROM before) END
		FROM unnest($2::uuid[]) few JOIN reflections r ON r.owner = $1 AND r.id = few`, t.owner, ids)
	if err != nil {
		return nil, err
	}
	all := map[ID]journalEntry{}
	for rows.Next() {
		var id ID
		var e journalEntry
		if err := rows.Scan(&id, &e.text, &e.label, &e.kind, &e.zone, &e.at, &e.apart, &e.earlier); err != nil {
			return nil, err
		}
		all[id] = e
	}
	return all, rows.Err()
}

func (e journalEntry) write(p *archive.Page, id ID) {
	title := archive.Local(e.at, e.zone).Format("15:04") + " · " + e.kind
	p.Heading(id.String(), title)
	if e.label != "" {
		p.Words(e.label)
		p.Say("")
	}
	if e.apart {
		p.Say("Kept apart.")
	}
	p.Words(e.text)
	for _, v := range e.earlier {
		p.Heading(v.ID, "An earlier wording of it")
		p.Words(v.Text)
	}
}
