package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"innerwork/memory"
	"innerwork/memory/embed"
)

// recallKind searches conversations that others had, each as the past of one
// owner, for the turns that answer a question on it.
type recallKind struct {
	parts
	Locomo   string `help:"JSON of long conversations with questions and their evidence." placeholder:"FILE.json"`
	Qmsum    string `help:"JSONL of meetings with queries and the spans that they are about." placeholder:"FILE.jsonl"`
	Embedder string `help:"local or none." default:"local" enum:"local,none"`
	Exact    int    `help:"Up to how many passages a past is searched one by one; 1 forces the way of large pasts." default:"0"`
}

// A past is what one owner has and what is asked of it.
type past struct {
	speakers []string
	turns    []memory.NewImported // in order
	asks     []ask
}

type ask struct {
	text     string
	category int
	evidence []memory.ID
}

// Run prints the measures, the arms and what the floor lets through.
func (k recallKind) Run(ctx context.Context) error {
	r, err := k.measure(ctx)
	if err != nil {
		return err
	}
	return r.print()
}

func (k recallKind) measure(ctx context.Context) (*report, error) {
	var pasts []past
	var err error
	switch {
	case k.Locomo != "" && k.Qmsum == "":
		pasts, err = readLocomo(k.Locomo)
	case k.Qmsum != "" && k.Locomo == "":
		pasts, err = readQMSum(k.Qmsum)
	default:
		return nil, errors.New("recall needs one of --locomo and --qmsum")
	}
	if err != nil {
		return nil, err
	}
	embedder, err := k.embedder(ctx)
	if err != nil {
		return nil, err
	}
	if embedder != nil {
		defer embedder.Close()
	}
	h, err := k.open(ctx, func(c *memory.Config) {
		c.ExactUpTo = k.Exact
		if embedder != nil {
			c.Embedder = embedder
		}
	})
	if err != nil {
		return nil, err
	}
	s := searching{house: h, known: embedder, pasts: pasts, withNone: k.Locomo != ""}
	if err = s.index(ctx); err == nil {
		err = s.search(ctx)
	}
	if err = errors.Join(err, h.close()); err != nil {
		return nil, err
	}
	if k.Qmsum != "" {
		return s.meetings(), nil
	}
	return s.conversations(), nil
}

// searching is one measurement under way.
type searching struct {
	*house
	known    *known
	pasts    []past
	withNone bool

	owners  []memory.ID
	indexed time.Duration
	turns   int
	took    []time.Duration
	none    struct{ unrelated, answerable share }
	ablated map[string]*measures
	inEach  map[int]*measures // by category
	not5    measures
	overall measures
}

// arms are searched alone and in pairs.
var arms = []struct {
	name string
	arms memory.Arms
}{
	{"text", memory.ByText}, {"vector", memory.ByMeaning}, {"late", memory.ByWords},
	{"text+vector", memory.ByText | memory.ByMeaning}, {"text+late", memory.ByText | memory.ByWords},
	{"vector+late", memory.ByMeaning | memory.ByWords},
}

// index keeps every turn as the past of an owner of its own.
func (s *searching) index(ctx context.Context) error {
	for i := range s.pasts {
		owner, err := s.leader(ctx)
		if err != nil {
			return err
		}
		s.owners = append(s.owners, owner)
		if _, err := s.Import(ctx, owner, s.pasts[i].turns); err != nil {
			return err
		}
		from := time.Now()
		for _, t := range s.pasts[i].turns {
			if err := s.Index(ctx, owner, t.ID); err != nil {
				return err
			}
		}
		s.indexed += time.Since(from)
		s.turns += len(s.pasts[i].turns)
	}
	return nil
}

func (s *searching) search(ctx context.Context) error {
	s.ablated, s.inEach = map[string]*measures{}, map[int]*measures{}
	for i, p := range s.pasts {
		for _, a := range p.asks {
			if err := s.one(ctx, s.owners[i], a); err != nil {
				return err
			}
		}
		if !s.withNone {
			continue
		}
		for j, other := range s.pasts {
			if i == j {
				continue
			}
			for _, a := range other.asks {
				none, err := s.finds(ctx, s.owners[i], renamed(a.text, other.speakers, p.speakers))
				if err != nil {
					return err
				}
				s.none.unrelated.add(none)
			}
		}
	}
	return nil
}

// one asks a question in all ways.
func (s *searching) one(ctx context.Context, owner memory.ID, a ask) error {
	if s.known != nil { // the model's pass is not a part of what is timed
		if err := s.known.learn(ctx, a.text); err != nil {
			return err
		}
	}
	from := time.Now()
	found, err := s.ten(ctx, owner, a.text, memory.AllArms)
	if err != nil {
		return err
	}
	s.took = append(s.took, time.Since(from))
	s.overall.add(found, a.evidence)
	if a.category != 5 {
		s.not5.add(found, a.evidence)
	}
	if s.inEach[a.category] == nil {
		s.inEach[a.category] = &measures{}
	}
	s.inEach[a.category].add(found, a.evidence)
	for _, arm := range arms {
		if s.known == nil && arm.arms != memory.ByText {
			continue
		}
		found, err := s.ten(ctx, owner, a.text, arm.arms)
		if err != nil {
			return err
		}
		if s.ablated[arm.name] == nil {
			s.ablated[arm.name] = &measures{}
		}
		s.ablated[arm.name].add(found, a.evidence)
	}
	if s.withNone {
		none, err := s.finds(ctx, owner, a.text)
		if err != nil {
			return err
		}
		s.none.answerable.add(none)
	}
	return nil
}

// ten are the first ten reflections that a search without a floor finds.
func (s *searching) ten(ctx context.Context, owner memory.ID, text string, by memory.Arms) ([]memory.ID, error) {
	found, err := s.Search(ctx, owner, memory.Search{Text: text, Limit: 20, Arms: by})
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	var ids []memory.ID
	for _, f := range found {
		if !slices.Contains(ids, f.Reflection) && len(ids) < 10 {
			ids = append(ids, f.Reflection)
		}
	}
	return ids, nil
}

// finds tells whether the floor leaves nothing.
func (s *searching) finds(ctx context.Context, owner memory.ID, text string) (none bool, err error) {
	found, err := s.Search(ctx, owner, memory.Search{Text: text, Floor: true})
	return len(found) == 0, err
}

// embedder is nil for none.
func (k recallKind) embedder(ctx context.Context) (*known, error) {
	if k.Embedder == embed.KindNone {
		return nil, nil
	}
	e, err := embed.Open(ctx, embed.Config{Kind: k.Embedder, Local: k.local()})
	if err != nil {
		return nil, err
	}
	return newKnown(e)
}

func newID() memory.ID { return uuid.Must(uuid.NewV7()) }
