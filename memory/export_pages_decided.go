package memory

import (
	"context"
	"time"

	"innerwork/memory/archive"
)

func (t *tx) insightsPage(ctx context.Context, w *archive.Writer, counts map[string]int) error {
	to, err := w.File(archive.InsightsPage)
	if err != nil {
		return err
	}
	p := archive.NewPage(to, archive.InsightsPage, "Insights")
	rows, err := t.Query(ctx, `SELECT i.id::text, i.at, i.retired_at, (
			SELECT `+talkOf+` FROM (SELECT i.owner, i.conversation) f),
		(SELECT jsonb_agg(jsonb_build_object('at', z.at, 'text', coalesce(z.text, substr(f.text, q.start + 1, q."end" - q.start))) ORDER BY z.n DESC)
			FROM insight_wordings z LEFT JOIN quotes q ON q.owner = z.owner AND q.id = z.quote
			LEFT JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection WHERE z.owner = i.owner AND z.insight = i.id), `+
		cites("insight_quotes", "insight")+` FROM insights i WHERE i.owner = $1 ORDER BY i.at, i.id`, t.owner)
	if err != nil {
		return err
	}
	for rows.Next() {
		var id string
		var at time.Time
		var retired *time.Time
		var where *talk
		var wordings []version
		var quotes []cited
		if err := rows.Scan(&id, &at, &retired, &where, &wordings, &quotes); err != nil {
			return err
		}
		counts["Insights"]++
		p.Heading(id, date(at))
		for i, v := range wordings {
			if i == 1 {
				p.Say("Before that:")
			}
			p.Words(v.Text)
		}
		if retired != nil {
			p.Say("Let go on %s.", date(*retired))
		}
		if where != nil {
			p.Say("Kept in %s.", p.Link("a conversation", where.page(), ""))
		}
		if len(quotes) > 0 {
			p.Say("It comes from:")
			sayCited(p, quotes)
		}
	}
	if rows.Err() != nil {
		return rows.Err()
	}
	return p.Err()
}

func (t *tx) commitmentsPage(ctx context.Context, w *archive.Writer, counts map[string]int) error {
	to, err := w.File(archive.CommitmentsPage)
	if err != nil {
		return err
	}
	p := archive.NewPage(to, archive.CommitmentsPage, "Commitments")
	rows, err := t.Query(ctx, `SELECT f.id::text, f.action, f.due, f.why, f.outcome, f.note, f.at, f.outcome_at, `+talkOf+`,
		ARRAY(SELECT a.at FROM commitment_asks a WHERE a.owner = f.owner AND a.commitment = f.id ORDER BY a.at)
		FROM commitments f WHERE f.owner = $1 ORDER BY f.due, f.id`, t.owner)
	if err != nil {
		return err
	}
	for rows.Next() {
		var id, action, why, outcome, note string
		var due, at time.Time
		var ended *time.Time
		var where *talk
		var asked []time.Time
		if err := rows.Scan(&id, &action, &due, &why, &outcome, &note, &at, &ended, &where, &asked); err != nil {
			return err
		}
		counts["Commitments"]++
		p.Heading(id, "Due "+due.Format("2 January 2006"))
		p.Words(action)
		if why != "" {
			p.Say("Why it matters:")
			p.Words(why)
		}
		if p.Say("Made on %s; %s.", date(at), outcome); where != nil {
			p.Say("Made in %s.", p.Link("a conversation", where.page(), ""))
		}
		if note != "" {
			p.Say("What became of it:")
			p.Words(note)
		}
		for _, a := range asked {
			p.Say("The coach asked about it on %s.", date(a))
		}
	}
	if rows.Err() != nil {
		return rows.Err()
	}
	return p.Err()
}

func (t *tx) summariesPage(ctx context.Context, w *archive.Writer, counts map[string]int) error {
	to, err := w.File(archive.SummariesPage)
	if err != nil {
		return err
	}
	p := archive.NewPage(to, archive.SummariesPage, "Summaries")
	rows, err := t.Query(ctx, `SELECT i.id::text, i.heading, coalesce(i.text, ''), (
			SELECT `+cite+` FROM quotes q JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection WHERE q.owner = i.owner AND q.id = i.quote),
		(SELECT `+talkOf+` FROM (SELECT s.owner, s.conversation) f), `+cites("line_quotes", "line")+`
		FROM lines i JOIN summaries s ON s.owner = i.owner AND s.id = i.summary
		JOIN conversations c ON c.owner = s.owner AND c.id = s.conversation
		WHERE i.owner = $1 ORDER BY c.started_at, c.id, array_position('{came-for,noticed,keep,will-do,stays-open}', i.heading), i.at, i.id`, t.owner)
	if err != nil {
		return err
	}
	of := ""
	for rows.Next() {
		var id, heading, text string
		var quote *cited
		var where talk
		var quotes []cited
		if err := rows.Scan(&id, &heading, &text, &quote, &where, &quotes); err != nil {
			return err
		}
		if counts["Lines of summaries"]++; where.ID != of {
			of = where.ID
			p.Heading(of, archive.When(where.StartedAt, "UTC")+" UTC")
			p.Say("Of %s.", p.Link("this conversation", where.page(), ""))
		}
		p.Say("**%s**", headingWords[Heading(heading)])
		if quote != nil {
			quotes = append(quotes, *quote)
		} else {
			p.Words(text)
		}
		sayCited(p, quotes)
	}
	if rows.Err() != nil {
		return rows.Err()
	}
	return p.Err()
}

var headingWords = map[Heading]string{CameFor: "What I came for", Noticed: "What I noticed", Keep: "What I keep", WillDo: "What I will do", StaysOpen: "What stays open"}

func date(at time.Time) string { return at.UTC().Format("2 January 2006") }
