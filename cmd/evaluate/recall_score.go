package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"innerwork/memory"
)

// measures are means over questions.
type measures struct {
	at5, at10, hit1, hit3, hit10, ndcg float64 // sums
	n                                  int
}

// add counts the first ten that were found against what is right.
func (m *measures) add(found, right []memory.ID) {
	hits := func(k int) (n float64) {
		for _, id := range found[:min(k, len(found))] {
			if slices.Contains(right, id) {
				n++
			}
		}
		return n
	}
	m.n++
	m.at5 += hits(5) / float64(len(right))
	m.at10 += hits(10) / float64(len(right))
	m.hit1 += min(1, hits(1))
	m.hit3 += min(1, hits(3))
	m.hit10 += min(1, hits(10))
	var gain, most float64
	for i, id := range found {
		if slices.Contains(right, id) {
			gain += 1 / math.Log2(float64(i)+2)
		}
	}
	for i := range min(10, len(right)) {
		most += 1 / math.Log2(float64(i)+2)
	}
	m.ndcg += gain / most
}

// of is a sum as a mean; 0 of nothing.
func (m *measures) of(sum float64) float64 {
	if m.n == 0 {
		return 0
	}
	return sum / float64(m.n)
}

func (s *searching) conversations() *report {
	m := &s.overall
	r := &report{head: []string{"", "recall@10", "ndcg@10", "hit@10", "n"}}
	row := func(name string, m *measures) { r.row(name, m.of(m.at10), m.of(m.ndcg), m.of(m.hit10), m.n) }
	row("all", m)
	row("without category 5", &s.not5)
	byCategory := map[string]float64{}
	for _, category := range slices.Sorted(maps.Keys(s.inEach)) {
		in := s.inEach[category]
		row(fmt.Sprint("category ", category), in)
		byCategory[fmt.Sprint(category)] = in.of(in.at10)
	}
	alone := s.arms(row)
	r.row("nothing found, unrelated", s.none.unrelated.of(), "", "", s.none.unrelated.whole)
	r.row("nothing found, answerable", s.none.answerable.of(), "", "", s.none.answerable.whole)
	r.line = map[string]any{
		"recall@5": m.of(m.at5), "recall@10": m.of(m.at10), "hit@10": m.of(m.hit10), "ndcg@10": m.of(m.ndcg), "n": m.n,
		"by_category": byCategory,
		"no5":         map[string]float64{"recall@10": s.not5.of(s.not5.at10), "ndcg@10": s.not5.of(s.not5.ndcg)},
		"arms":        alone,
		"none":        map[string]float64{"unrelated": s.none.unrelated.of(), "answerable": s.none.answerable.of()},
		"ms":          map[string]float64{"p50": milliseconds(s.took, .5), "p95": milliseconds(s.took, .95)},

		"index_turns_per_s": float64(s.turns) / s.indexed.Seconds(),
	}
	return r
}

func (s *searching) meetings() *report {
	m := &s.overall
	r := &report{head: []string{"", "hit@1", "hit@3", "recall@10", "n"}}
	row := func(name string, m *measures) { r.row(name, m.of(m.hit1), m.of(m.hit3), m.of(m.at10), m.n) }
	row("all", m)
	r.line = map[string]any{"hit@1": m.of(m.hit1), "hit@3": m.of(m.hit3), "recall@10": m.of(m.at10), "n": m.n, "arms": s.arms(row)}
	return r
}

// arms prints each arm and pair of arms, and returns what each arm does alone.
func (s *searching) arms(row func(string, *measures)) map[string]map[string]float64 {
	alone := map[string]map[string]float64{}
	for i, arm := range arms {
		m := s.ablated[arm.name]
		if m == nil {
			continue
		}
		row(arm.name, m)
		if i < 3 {
			alone[arm.name] = map[string]float64{"recall@10": m.of(m.at10)}
		}
	}
	return alone
}

// milliseconds is a quantile.
func milliseconds(took []time.Duration, quantile float64) float64 {
	if len(took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(took))
	return float64(sorted[int(quantile*float64(len(sorted)-1))].Microseconds()) / 1000
}
