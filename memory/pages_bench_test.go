package memory_test

import (
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// BenchmarkPages turns the pages of a long journal: the last one costs what the
// first one does.
func BenchmarkPages(b *testing.B) {
	d := memorytest.Open(b)
	owner := d.Leader(b)
	const entries = 100_000
	d.Exec(b, `INSERT INTO reflections (owner, id, kind, text, at, zone)
		SELECT $1, gen_random_uuid(), CASE WHEN n % 1000 = 0 THEN 'written' ELSE 'imported' END, 'entry ' || n, '2000-01-01'::timestamptz + n * interval '1 hour', 'UTC'
		FROM generate_series(1, $2) n`, owner, entries)
	d.Exec(b, `ANALYZE reflections`)
	last := must[[]memory.Reflection](b)(d.Reflections(b.Context(), owner, memory.ReflectionFilter{Limit: 1}))[0]
	for name, f := range map[string]memory.ReflectionFilter{
		"first":    {Limit: 30},
		"last":     {Limit: 30, After: memory.Place{At: last.At.AddDate(-11, 0, 0)}},
		"filtered": {Limit: 30, Within: memory.Within{Kind: memory.Written}},
		"withheld": {Limit: 30, Use: memory.UseWithheld},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := d.Reflections(b.Context(), owner, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
