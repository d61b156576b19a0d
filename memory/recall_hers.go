package memory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// HerSearch is a search of her own: it also finds what the coach may not.
type HerSearch struct {
	Text string
	Within
	Use   Use // UseAll: everything
	Limit int // at most; 0 is 50, and 200 is the most
}

// SearchHers finds what bears on her words: first what is in use, the best
// first, then what is withheld, which has no vectors and is found by its words
// alone.
func (s *Store) SearchHers(ctx context.Context, owner ID, q HerSearch) (found []Found, err error) {
	defer wrap(&err, "search hers")
	if err := first(checkText("The search", q.Text, MaxText), q.Use.check()); err != nil {
		return nil, err
	}
	if q.Limit <= 0 {
		q.Limit = 50
	}
	q.Limit = min(q.Limit, candidates)
	if q.Use == UseAll {
		if found, err = s.Search(ctx, owner, Search{Text: q.Text, Within: q.Within, Limit: q.Limit, Floor: true}); err != nil {
			return nil, err
		}
	}
	withheld, err := s.searchWithheld(ctx, owner, q)
	return append(found, withheld...), err
}

// searchWithheld goes by the stems that a text shares with the query: those
// with at least as many as the floor of recall asks for by text alone.
func (s *Store) searchWithheld(ctx context.Context, owner ID, q HerSearch) (found []Found, err error) {
	use := q.Use
	if use == UseAll {
		use = UseWithheld
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		rows, err := tx.Query(ctx, `
			WITH query AS (SELECT array_agg(DISTINCT lexeme) AS stems FROM unnest($7::text[]) AS word, unnest(stemmed(word)))
			SELECT r.id, r.text, r.at, r.conversation, r.kind, r.apart, r.outdated_at, r.unlearned, shared.stems
			FROM reflections r, query, LATERAL (
				SELECT array_agg(lexeme) AS stems FROM unnest(stemmed(r.text)) WHERE lexeme = ANY (query.stems)) shared
			WHERE r.owner = $1 AND `+insideWithin+` AND `+usedAs[use]+`
			  AND NOT EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id)
			  AND cardinality(shared.stems) >= $8 * cardinality(query.stems)
			ORDER BY cardinality(shared.stems) DESC, r.at DESC, r.id LIMIT $9`,
			append(q.Within.args(owner), wordsOf(q.Text), coverAlone, q.Limit)...)
		if err != nil {
			return err
		}
		found, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (f Found, err error) {
			var text string
			if err := row.Scan(&f.Reflection, &text, &f.At, &f.Conversation, &f.Kind, &f.Apart, &f.OutdatedAt, &f.Unlearned, &f.Terms); err != nil {
				return f, err
			}
			f.Passage.ID = f.Reflection // it has no passage
			at := fullest(text, f.Terms)
			f.Start, f.End, f.Text = at.start, at.end, string([]rune(text)[at.start:at.end])
			return f, nil
		})
		return err
	})
	return found, err
}

// fullest is the part of a text in which most of its words begin with a stem.
func fullest(text string, stems []string) span {
	runes := []rune(text)
	return slices.MaxFunc(cutPassages(text), func(a, b span) int {
		return cmp.Compare(hits(string(runes[a.start:a.end]), stems), hits(string(runes[b.start:b.end]), stems))
	})
}

func hits(text string, stems []string) (n int) {
	words := wordsOf(text)
	for _, stem := range stems {
		if slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, strings.TrimSuffix(stem, "i")) }) {
			n++
		}
	}
	return n
}
