package memory

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A Finding is one thing that was looked for, and how often it was found. It
// holds no words.
type Finding struct {
	What  string `json:"what"`
	N     int    `json:"n"`
	Wrong bool   `json:"wrong"` // it should be none
	Mends bool   `json:"mends"` // MendAll, or a job that waits, makes it none
}

// Size is what a table takes, with its indexes.
type Size struct {
	Table string `json:"table"`
	Bytes int64  `json:"bytes"`
}

// Diagnosis is how what is kept does.
type Diagnosis struct {
	Findings    []Finding    `json:"findings"`
	Generations []Generation `json:"generations"`
	Sizes       []Size       `json:"sizes"` // the largest first
}

// Whole tells whether nothing is wrong.
func (d Diagnosis) Whole() bool {
	for _, f := range d.Findings {
		if f.Wrong && f.N > 0 {
			return false
		}
	}
	return true
}

// Diagnose looks at everybody's index, at every tie between tables that the
// catalogue knows, and at the jobs. It changes nothing; with many people it
// takes its time.
func (s *Store) Diagnose(ctx context.Context) (d Diagnosis, err error) {
	defer wrap(&err, "diagnose")
	people, err := s.everybody(ctx)
	if err != nil {
		return d, err
	}
	all := newTallies()
	current, err := s.known(ctx)
	if err != nil {
		return d, err
	}
	for _, owner := range people {
		if err := s.lookAt(ctx, owner, current, all); err != nil {
			return d, err
		}
	}
	if err := s.orphans(ctx, people, all); err != nil {
		return d, err
	}
	if err := s.lookAtJobs(ctx, all); err != nil {
		return d, err
	}
	d.Findings = all.list
	if d.Generations, err = s.Generations(ctx); err != nil {
		return d, err
	}
	rows, err := s.system.Query(ctx, `
		SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 2 DESC, 1`)
	if err != nil {
		return d, translate(err)
	}
	d.Sizes, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Size])
	return d, translate(err)
}

// tallies keeps findings in the order in which they were first looked for.
type tallies struct {
	list []Finding
	at   map[string]int
}

func newTallies() *tallies { return &tallies{at: map[string]int{}} }

func (t *tallies) add(f Finding) {
	i, ok := t.at[f.What]
	if !ok {
		i = len(t.list)
		t.at[f.What] = i
		t.list = append(t.list, Finding{What: f.What, Wrong: f.Wrong, Mends: f.Mends})
	}
	t.list[i].N += f.N
}

func (s *Store) everybody(ctx context.Context) ([]ID, error) {
	rows, err := s.system.Query(ctx, `SELECT id FROM people ORDER BY id`)
	if err != nil {
		return nil, translate(err)
	}
	people, err := pgx.CollectRows(rows, pgx.RowTo[ID])
	return people, translate(err)
}

// missing are the gaps of an index, each a count for the owner $1; $2 is the
// current generation, 0 without an embedder and -1 of one that made nothing yet.
var missing = []struct{ what, query string }{
	{"reflections without passages", `
		SELECT count(*) FROM reflections r WHERE r.owner = $1 AND NOT r.withheld AND r.text ~ '[[:graph:]]' AND $2::smallint IS NOT NULL
		  AND NOT EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id)
		  AND NOT EXISTS (SELECT FROM passages p WHERE p.owner = r.owner AND p.reflection = r.id)`},
	{"passages of what is not to be searched", `
		SELECT count(*) FROM passages p JOIN reflections r ON r.owner = p.owner AND r.id = p.reflection
		WHERE p.owner = $1 AND $2::smallint IS NOT NULL AND (r.withheld
		   OR EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id))`},
	{"passages without terms", `
		SELECT count(*) FROM passages p WHERE p.owner = $1 AND $2::smallint IS NOT NULL
		  AND NOT EXISTS (SELECT FROM terms t WHERE t.owner = p.owner AND t.place = p.place)`},
	{"passages without a vector", `
		SELECT count(*) FROM passages p WHERE p.owner = $1 AND $2 <> 0
		  AND NOT EXISTS (SELECT FROM vectors v WHERE v.owner = p.owner AND v.place = p.place AND v.generation = $2)`},
	{"vectors without senses of their words", `
		SELECT count(*) FROM vectors v WHERE v.owner = $1 AND v.generation = $2
		  AND NOT EXISTS (SELECT FROM senses s WHERE s.owner = v.owner AND s.generation = v.generation AND s.place = v.place)
		  AND $3`},
	{"passages that are counted wrongly", `
		SELECT abs((SELECT count(*) FROM passages p WHERE p.owner = $1)
		         - coalesce((SELECT passages FROM indexes i WHERE i.owner = $1), 0)) WHERE $2::smallint IS NOT NULL`},
	{"forgotten reflections that are there", `
		SELECT count(*) FROM tombstones t JOIN reflections r ON r.owner = t.owner AND r.id = t.id WHERE t.owner = $1 AND $2::smallint IS NOT NULL`},
}

func (s *Store) lookAt(ctx context.Context, owner ID, current generation, all *tallies) error {
	return s.read(ctx, s.act, owner, func(b *batch) {
		for _, m := range missing {
			args := []any{owner, current.id}
			if strings.Contains(m.query, "$3") {
				args = append(args, s.wordwise())
			}
			b.Queue(m.query, args...).QueryRow(func(row pgx.Row) error {
				f := Finding{What: m.what, Wrong: true, Mends: true}
				err := row.Scan(&f.N)
				all.add(f)
				return err
			})
		}
	})
}

func (s *Store) lookAtJobs(ctx context.Context, all *tallies) error {
	for _, f := range []struct {
		Finding
		state string
	}{
		{Finding{What: "jobs that wait or run"}, "available,pending,running,scheduled"},
		{Finding{What: "jobs that failed and are tried again"}, "retryable"},
		{Finding{What: "jobs that were given up", Wrong: true, Mends: true}, "discarded"},
	} {
		if err := s.system.QueryRow(ctx, `SELECT count(*) FROM river_job WHERE state::text = ANY (string_to_array($1, ','))`, f.state).Scan(&f.N); err != nil {
			return translate(err)
		}
		all.add(f.Finding)
	}
	return nil
}
