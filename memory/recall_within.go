package memory

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Within narrows a search to some of her reflections. The zero Within narrows
// nothing.
type Within struct {
	Kind         ReflectionKind // "" for every kind
	From, Until  time.Time      // written or said from the one on, before the other; zero for no bound
	Conversation ID             // said in this one; zero for all
	Practice     string         // said in a conversation of this practice; "" for all
}

func (w Within) everything() bool { return w == Within{} }

// inside are the conditions of Within on reflections r, as parameters from $2 on.
const insideWithin = `
	($2 = '' OR r.kind = $2) AND ($3::timestamptz IS NULL OR r.at >= $3) AND ($4::timestamptz IS NULL OR r.at < $4)
	AND ($5::uuid IS NULL OR r.conversation = $5)
	AND ($6 = '' OR EXISTS (SELECT FROM conversations c WHERE c.owner = r.owner AND c.id = r.conversation AND c.practice = $6))`

func (w Within) args(owner ID) []any {
	return []any{owner, w.Kind, orNull(w.From), orNull(w.Until), orNull(w.Conversation), w.Practice}
}

// orNull is nil for a zero value.
func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// allowed are the places that a search may show, sorted; nil for all.
func (s *Store) allowed(ctx context.Context, owner ID, w Within) (places []spot, err error) {
	if w.everything() {
		return nil, nil
	}
	places = []spot{}
	err = s.read(ctx, s.pipeline, owner, func(b *batch) {
		b.Queue(`SELECT array_agg(p.place ORDER BY p.place) FROM passages p JOIN reflections r ON r.owner = p.owner AND r.id = p.reflection
			WHERE p.owner = $1 AND `+insideWithin, w.args(owner)...).
			Query(func(rows pgx.Rows) error {
				return raw(rows, func(values [][]byte) (err error) {
					some, err := spotsOf(values[0])
					places = append(places, some...)
					return err
				})
			})
	})
	return places, err
}

// narrow bars the places that a search may not show. What stands there still
// counts for what stands around it: a question that is left out makes its
// answer findable all the same.
func (p *past) narrow(allowed []spot) {
	if allowed == nil {
		return
	}
	p.barred = make([]bool, len(p.places))
	at := 0
	for i, place := range p.places {
		var ok bool
		at, ok = find(allowed, place, at)
		p.barred[i] = !ok
	}
}

// bars tells whether the place at an index is left out.
func (p past) bars(i int) bool { return p.barred != nil && p.barred[i] }
