package memory

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"innerwork/memory/archive"
)

// turn is something that happened in a conversation, for its page.
type turn struct {
	Kind  string
	Stage string
	Said  *struct {
		ID    string
		Text  string
		At    time.Time
		Zone  string
		Apart bool
		Later []version
	}
	Reply *struct {
		Speaker, Model, State string
		Sentences             []struct {
			Author, Text string
			Quote        *cited
			Blanked      bool
		}
		Sources []struct {
			cited
			Given, Quoted bool
		}
	}
}

const turns = `
	SELECT c.id::text, c.practice, c.started_at, c.stage, c.clarity, coalesce((SELECT jsonb_agg(jsonb_build_object('kind', e.kind, 'stage', coalesce(e.stage, ''),
		'said', CASE e.kind WHEN 'said' THEN (
			SELECT jsonb_build_object('id', f.id, 'text', f.text, 'at', f.at, 'zone', f.zone, 'apart', f.apart, 'later', (
				WITH RECURSIVE later AS (
					SELECT n.id, n.text, n.at, 1 AS n FROM reflections n WHERE n.owner = c.owner AND n.supersedes = f.id
					UNION ALL SELECT n.id, n.text, n.at, l.n + 1 FROM reflections n JOIN later l ON n.owner = c.owner AND n.supersedes = l.id
				) SELECT coalesce(jsonb_agg(jsonb_build_object('text', text, 'at', at) ORDER BY n), '[]') FROM later))
			FROM reflections f WHERE f.owner = e.owner AND f.id = e.about) END,
		'reply', CASE e.kind WHEN 'reply' THEN (
			SELECT jsonb_build_object('speaker', r.speaker, 'model', r.model, 'state', CASE WHEN r.ended_at IS NULL THEN 'interrupted' ELSE r.state END,
				'sentences', coalesce((
					SELECT jsonb_agg(jsonb_build_object('author', s.author, 'text', s.text, 'blanked', s.blanked_at IS NOT NULL, 'quote', (
						SELECT ` + cite + ` FROM quotes q JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
						WHERE q.owner = s.owner AND q.id = s.quote)) ORDER BY s.n)
					FROM sentences s WHERE s.owner = r.owner AND s.reply = r.id), '[]'),
				'sources', coalesce((
					SELECT jsonb_agg(` + cite + ` || jsonb_build_object('given', q.given, 'quoted', q.quoted) ORDER BY q.handle)
					FROM sources q JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
					WHERE q.owner = r.owner AND q.reply = r.id), '[]'))
			FROM replies r WHERE r.owner = e.owner AND r.id = e.about) END) ORDER BY e.seq)
		FROM events e WHERE e.owner = c.owner AND e.conversation = c.id AND e.kind IN ('said', 'reply', 'stage', 'paused', 'resumed')), '[]')
	FROM conversations c WHERE c.owner = $1 ORDER BY c.started_at, c.id`

// conversationPages writes a page for each conversation, and has the words of
// one of them in mind at a time.
func (t *tx) conversationPages(ctx context.Context, w *archive.Writer, counts map[string]int) error {
	rows, err := t.Query(ctx, turns, t.owner)
	if err != nil {
		return err
	}
	var k talk
	var stage string
	var clarity *int
	var all []turn
	_, err = pgx.ForEachRow(rows, []any{&k.ID, &k.Practice, &k.StartedAt, &stage, &clarity, &all}, func() error {
		counts["conversations"]++
		to, err := w.File(k.page())
		if err != nil {
			return err
		}
		p := archive.NewPage(to, k.page(), "Conversation of "+archive.When(k.StartedAt, "UTC")+" UTC",
			"id", k.ID, "practice", k.Practice, "stage", stage, "began", k.StartedAt.UTC().Format(time.RFC3339))
		for _, happened := range all {
			happened.write(p)
		}
		if clarity != nil {
			p.Say("Her clarity at the end: %d of 10.", *clarity)
		}
		all = nil // not to be filled again in place
		return p.Err()
	})
	return err
}

func (u turn) write(p *archive.Page) {
	switch {
	case u.Kind == "said" && u.Said == nil:
		p.Say("_Forgotten._")
	case u.Said != nil:
		p.Heading(u.Said.ID, "You · "+archive.When(u.Said.At, u.Said.Zone))
		if u.Said.Apart {
			p.Say("Kept apart.")
		}
		p.Words(u.Said.Text)
		for _, v := range u.Said.Later {
			p.Say("Later corrected to:")
			p.Words(v.Text)
		}
	case u.Reply != nil:
		u.writeReply(p)
	case u.Kind == "stage":
		p.Say("_On to: %s._", u.Stage)
	case u.Kind == "paused":
		p.Say("_Coaching paused._")
	case u.Kind == "resumed":
		p.Say("_Coaching went on._")
	}
}

// writeReply writes what the coach said as plain text: it is not hers.
func (u turn) writeReply(p *archive.Page) {
	who := "The coach (" + u.Reply.Speaker
	if u.Reply.Model != "" && u.Reply.Speaker == "model" {
		who += " " + u.Reply.Model
	}
	p.Heading("", who+")")
	for _, s := range u.Reply.Sentences {
		switch {
		case s.Blanked:
			p.Say("_Blanked, because it held what was forgotten._")
		case s.Quote != nil:
			p.Words(s.Quote.Text)
			p.Say("— %s", s.Quote.link(p))
		default:
			p.Say("%s%s", archive.Plain(s.Text), map[bool]string{false: " _(the " + s.Author + ")_"}[s.Author == u.Reply.Speaker])
		}
	}
	if u.Reply.State != "complete" {
		p.Say("_This reply was %s._", u.Reply.State)
	}
	for _, s := range u.Reply.Sources {
		how := []string{"found"}
		if s.Given {
			how = append(how, "given to the model")
		}
		if s.Quoted {
			how = append(how, "quoted")
		}
		p.Say("Source (%s): %s", strings.Join(how, ", "), s.link(p))
	}
}
