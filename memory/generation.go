package memory

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"innerwork/memory/embed"
)

// formOfVectors is the part of a generation that is ours and not the model's:
// vectors of passages that are headed with their date, and codes of 512 bits
// for their words.
const formOfVectors = "dated 512"

// generation is what made a vector. Vectors of two are never compared.
type generation struct {
	id    int16 // 0: none
	model string
	form  string
	size  int // of each vector
}

// of tells whether an embedder makes vectors that can be compared with these.
func (g generation) of(e embed.Embedder) bool {
	return e != nil && g.id != 0 && g.model == e.Model() && g.size == e.Dimension()
}

// unmade is the id of a generation of which there is nothing yet.
const unmade = -1

// known finds the generation of the store's embedder; none without one.
func (s *Store) known(ctx context.Context) (g generation, err error) {
	if s.embedder == nil {
		return g, nil
	}
	g = generation{model: s.embedder.Model(), form: formOfVectors, size: s.embedder.Dimension()}
	err = s.system.QueryRow(ctx, `SELECT id FROM generations WHERE model = $1 AND kind = $2 AND dimension = $3`,
		g.model, g.form, g.size).Scan(&g.id)
	if errors.Is(err, pgx.ErrNoRows) {
		g.id, err = unmade, nil
	}
	return g, translate(err)
}

// current finds or makes the generation of the store's embedder; none without
// one.
func (s *Store) current(ctx context.Context) (g generation, err error) {
	if g, err = s.known(ctx); err != nil || g.id != unmade {
		return g, err
	}
	centre, err := s.centre(ctx)
	if err != nil {
		return g, err
	}
	if _, err = s.system.Exec(ctx, `INSERT INTO generations (model, kind, dimension, centre) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		g.model, g.form, g.size, pgvector.NewHalfVector(centre)); err != nil {
		return g, translate(err)
	}
	return s.known(ctx)
}

// ofNobody are sentences as a leader may write them, of nobody. The mean of
// their vectors is where the vectors of a model lie.
var ofNobody = []string{
	"1 May 2020: The meeting ran late and I kept quiet longer than I wanted to.",
	"2 June 2021: What would change if I asked for help earlier?",
	"3 July 2022: My daughter called in the evening and we talked about the summer.",
	"4 August 2023: We lost the contract, and two people have to look for other work.",
	"5 September 2020: I walked to the office today and noticed how tired I was.",
	"6 October 2021: He said that he trusts me; I did not know what to answer.",
	"7 November 2022: The new plan is good on paper, but nobody asked the people who do the work.",
	"8 December 2023: Thank you for taking the time!",
	"9 January 2020: I want to be the kind of person who listens before deciding.",
	"10 February 2021: There was a disagreement about money, and I gave in too soon.",
	"11 March 2022: Dinner with old friends, music, a long way home in the rain.",
	"12 April 2023: Why do I find it so hard to say no?",
	"13 May 2020: The doctor says it is nothing serious, which is a relief.",
	"14 June 2021: She has led that team for ten years and now she is leaving.",
	"15 July 2022: I wrote the letter three times and did not send it.",
	"16 August 2023: Tomorrow I speak in front of everybody, and I am looking forward to it.",
	"17 September 2020: Ok, sounds good. See you next week.",
	"18 October 2021: My father never praised anyone, and I hear myself do the same.",
	"19 November 2022: The numbers are better than last year; still, something is missing.",
	"20 December 2023: We painted the kitchen and laughed a lot.",
	"21 January 2020: I promised to visit the other site once a month.",
	"22 February 2021: It was my mistake, and I told them so this morning.",
	"23 March 2022: Reading about history again, a chapter a night.",
	"24 April 2023: What I remember most is how quiet the room was.",
}

func (s *Store) centre(ctx context.Context) ([]float32, error) {
	centre := make([]float32, s.embedder.Dimension())
	for _, text := range ofNobody {
		v, err := s.embedder.Passage(ctx, text)
		if err != nil {
			return nil, err
		}
		for i, x := range v {
			centre[i] += x / float32(len(ofNobody))
		}
	}
	return centre, nil
}

// state is what is known of a person's index before it is searched.
type state struct {
	passages int
	windows  []spot
	searched generation
	wanting  *time.Time
}

// state reads it; a person without one has nothing to be searched.
func (s *Store) state(ctx context.Context, owner ID) (n state, err error) {
	var model, form *string
	var id, size *int
	err = s.system.QueryRow(ctx, `
		SELECT i.passages, i.windows, i.wanting, g.id, g.model, g.kind, g.dimension
		FROM indexes i LEFT JOIN generations g ON g.id = i.generation WHERE i.owner = $1`, owner).
		Scan(&n.passages, &n.windows, &n.wanting, &id, &model, &form, &size)
	if errors.Is(err, pgx.ErrNoRows) {
		return n, nil
	}
	if err == nil && id != nil {
		n.searched = generation{id: int16(*id), model: *model, form: *form, size: *size}
	}
	return n, translate(err)
}

// embedderOf is the one whose vectors can be compared with a generation's: the
// store's own, or one of before that can still be asked; nil for none.
func (s *Store) embedderOf(g generation) embed.Embedder {
	if g.id == 0 {
		return nil
	}
	if g.of(s.embedder) {
		return s.embedder
	}
	for _, e := range s.former {
		if g.of(e) {
			return e
		}
	}
	return nil
}
