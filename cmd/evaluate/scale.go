package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"innerwork/memory"
	"innerwork/memory/postgres"
)

// scaleKind measures searching and indexing as the past grows. Texts and
// vectors are made, so the model's pass is left out; all else is the product's.
type scaleKind struct {
	parts
	Max     int    `help:"Reflections of the largest past." default:"100000"`
	Asks    int    `help:"Questions of each past." default:"200"`
	Leaders int    `help:"Also this many leaders with a past each, and searches among them." default:"0"`
	Each    int    `help:"Reflections of each of these." default:"300"`
	Seed    uint64 `help:"What everything is made from." default:"1"`
}

// atOnce is how many are imported and indexed at once.
const atOnce = 500

// growing is one measurement under way. Of the stores, exact reads everything
// of a person, and likely nothing but what is likely.
type growing struct {
	*house
	exact, likely *memory.Store
	super         *pgx.Conn

	reflections int
	importing   time.Duration
	indexing    time.Duration
}

// Run prints the table.
func (k scaleKind) Run(ctx context.Context) error {
	r, err := k.measure(ctx)
	if err != nil {
		return err
	}
	return r.print()
}

func (k scaleKind) measure(ctx context.Context) (r *report, err error) {
	embedder := newMade()
	h, err := k.open(ctx, func(c *memory.Config) { c.Embedder = embedder })
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	g := growing{house: h}
	for _, s := range []struct {
		store **memory.Store
		upTo  int
	}{{&g.exact, 1 << 30}, {&g.likely, 1}} {
		if *s.store, err = memory.Open(ctx, memory.Config{URL: h.url, Embedder: embedder, ExactUpTo: s.upTo}); err != nil {
			return nil, err
		}
		defer (*s.store).Close()
	}
	if g.super, err = pgx.Connect(ctx, h.server.URL(postgres.Superuser, postgres.Database)); err != nil {
		return nil, err
	}
	defer g.super.Close(ctx)

	var pasts []grown
	for size := 1000; size <= k.Max; size *= 10 {
		p, err := g.grow(ctx, k.Seed+uint64(size), size, k.Asks)
		if err != nil {
			return nil, err
		}
		pasts = append(pasts, p)
	}
	var many, small []grown
	for _, size := range smallPasts {
		p, err := g.grow(ctx, k.Seed+uint64(size), size, min(size, 50))
		if err != nil {
			return nil, err
		}
		small = append(small, p)
	}
	for i := range k.Leaders {
		p, err := g.grow(ctx, k.Seed+uint64(1_000_000+i), k.Each, 1)
		if err != nil {
			return nil, err
		}
		many = append(many, p)
	}
	// What autovacuum has done by itself a minute later.
	if _, err := g.super.Exec(ctx, `VACUUM ANALYZE`); err != nil {
		return nil, err
	}
	if r, err = g.report(ctx, pasts, many); err != nil {
		return nil, err
	}
	equal := map[string]float64{}
	for _, p := range small {
		name := fmt.Sprint(p.size)
		if equal[name], err = g.equals(ctx, embedder, p); err != nil {
			return nil, err
		}
		r.row(fmt.Sprintf("as exact with %s of %d", name, g.reflections), "", "", "", equal[name])
	}
	r.line["as_exact"], r.line["reflections"] = equal, g.reflections
	return r, nil
}

// A grown past and what is asked of it.
type grown struct {
	owner memory.ID
	size  int
	asks  []string
}

// grow fills the past of a new leader.
func (g *growing) grow(ctx context.Context, seed uint64, size, asks int) (p grown, err error) {
	p.size = size
	if p.owner, err = g.leader(ctx); err != nil {
		return p, err
	}
	w := newWriter(seed)
	entries := w.entries(size)
	p.asks = w.asks(entries, asks)
	for some := range slices.Chunk(entries, atOnce) {
		ids := make([]memory.ID, len(some))
		for i, n := range some {
			ids[i] = n.ID
		}
		from := time.Now()
		if _, err := g.Import(ctx, p.owner, some); err != nil {
			return p, err
		}
		g.importing += time.Since(from)
		from = time.Now()
		if err := g.likely.IndexAll(ctx, p.owner, ids); err != nil {
			return p, err
		}
		g.indexing += time.Since(from)
	}
	g.reflections += size
	return p, nil
}

// of asks everything once to warm up, and then for the time.
func (g *growing) of(ctx context.Context, store *memory.Store, pasts ...grown) (took []time.Duration, err error) {
	for _, timed := range []bool{false, true} {
		for _, p := range pasts {
			for _, text := range p.asks {
				from := time.Now()
				if _, err := store.Search(ctx, p.owner, memory.Search{Text: text}); err != nil {
					return nil, err
				}
				if timed {
					took = append(took, time.Since(from))
				}
			}
		}
	}
	return took, nil
}

// loss is the share of what the exact search has among its first ten and the
// search for what is likely has not.
func (g *growing) loss(ctx context.Context, p grown) (float64, error) {
	var lost share
	for _, text := range p.asks {
		q := memory.Search{Text: text, Limit: 10}
		exact, err := g.exact.Search(ctx, p.owner, q)
		if err != nil {
			return 0, err
		}
		likely, err := g.likely.Search(ctx, p.owner, q)
		if err != nil {
			return 0, err
		}
		for _, f := range exact {
			lost.add(!slices.ContainsFunc(likely, func(l memory.Found) bool { return l.ID == f.ID }))
		}
	}
	return lost.of(), nil
}

// indexTables are what a search reads.
var indexTables = []string{"passages", "terms", "vectors", "senses", "threads", "lent", "indexes"}

func (g *growing) report(ctx context.Context, pasts, many []grown) (*report, error) {
	r := &report{head: []string{"reflections", "p50 ms", "p95 ms", "exact p95 ms", "loss"}}
	ms, losses := map[string]any{}, map[string]any{}
	for _, p := range pasts {
		took, err := g.of(ctx, g.Store, p)
		if err != nil {
			return nil, err
		}
		exact, err := g.of(ctx, g.exact, p)
		if err != nil {
			return nil, err
		}
		loss, err := g.loss(ctx, p)
		if err != nil {
			return nil, err
		}
		name := fmt.Sprint(p.size)
		r.row(name, milliseconds(took, .5), milliseconds(took, .95), milliseconds(exact, .95), loss)
		ms[name] = map[string]float64{"p50": milliseconds(took, .5), "p95": milliseconds(took, .95)}
		losses[name] = loss
	}
	r.line = map[string]any{"ms": ms, "recall_loss": losses}
	if len(many) > 0 {
		took, err := g.of(ctx, g.Store, many...)
		if err != nil {
			return nil, err
		}
		r.row(fmt.Sprintf("%d of each of %d", many[0].size, len(many)), milliseconds(took, .5), milliseconds(took, .95), "", "")
		r.line["leaders"] = map[string]any{"n": len(many), "each": many[0].size, "p50": milliseconds(took, .5), "p95": milliseconds(took, .95)}
	}
	var bytes int64
	for _, table := range indexTables {
		var size int64
		if err := g.super.QueryRow(ctx, `SELECT pg_total_relation_size($1)`, table).Scan(&size); err != nil {
			return nil, err
		}
		r.row(table, "", "", "", fmt.Sprintf("%d bytes each", size/int64(g.reflections)))
		bytes += size
	}
	r.line["bytes_per_reflection"] = bytes / int64(g.reflections)
	r.line["index_per_s"] = float64(g.reflections) / g.indexing.Seconds()
	r.line["import_per_s"] = float64(g.reflections) / g.importing.Seconds()
	return r, nil
}
