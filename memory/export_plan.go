package memory

import (
	"context"

	"innerwork/memory/archive"
)

// planPage writes her plan for hard hours, the parts under the words that the
// page has for them.
func (t *tx) planPage(ctx context.Context, w *archive.Writer, counts map[string]int) error {
	to, err := w.File(archive.PlanPage)
	if err != nil {
		return err
	}
	p := archive.NewPage(to, archive.PlanPage, "My plan")
	plan, err := t.plan(ctx)
	if err != nil {
		return err
	}
	if plan == nil {
		return p.Err()
	}
	counts["My plan"] = 1
	p.Say("As it stood on %s.", date(plan.At))
	for _, part := range []struct{ title, text string }{
		{"What tells me that it is getting hard", plan.Signs},
		{"What I can do by myself", plan.Alone},
		{"Places and people that take my mind off it", plan.Places},
		{"People I can tell", plan.People},
		{"Professionals and lines", plan.Services},
		{"How I make it safer around me", plan.Safer},
		{"What I want to remember", plan.Worth},
	} {
		if part.text != "" {
			p.Say("**%s**", part.title)
			p.Words(part.text)
		}
	}
	return p.Err()
}
