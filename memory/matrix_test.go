package memory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// rights is who may do what, as grants.sql has it: select, insert, update,
// delete. A small letter is a right on some columns only. A star means that
// the role works for everybody and is bound to no person; those tables hold
// no words. A table that is not here fails the test.
const rights = `
	                     act    pipeline  system  reader  counter
	people               ----   ----      SIUD*   ----    s---*
	person_roles         ----   ----      SIUD*   ----    s---*
	consents             ----   ----      SIUD*   ----    ----
	recovery_codes       ----   ----      SIUD*   ----    ----
	sessions             ----   ----      SIUD*   ----    ----
	sign_in_attempts     ----   ----      SIUD*   ----    ----
	invitations          ----   ----      SIUD*   ----    ----
	coachings            s---   ----      SIUD*   s---    ----
	audit                -I--   ----      SI--*   ----    ----
	audit_told           ----   ----      SI--*   ----    ----

	conversations        SIuD   S-u-      s-u-*   S---    s---
	reflections          SIuD   S---      ----    S---    ----
	tombstones           SI--   ----      ----    ----    ----
	replies              SIuD   S-u-      s-u-*   S---    s---
	sentences            SIuD   SI--      ----    S---    s---
	mirrored             SI-D   SI--      ----    ----    ----
	events               SI-D   SI--      SI--*   ----    ----
	quotes               SI-D   SI--      ----    S---    ----
	forgettings          SIu-   ----      siu-*   ----    ----
	paces                SIu-   ----      ----    ----    ----

	generations          S---   SI--      SI--*   ----    ----
	indexes              S-u-   SIu-      SIU-*   ----    ----
	threads              S--D   SI--      ----    ----    ----
	passages             S--D   SI-D      ----    ----    ----
	terms                S--D   SI-D      ----    ----    ----
	lent                 S--D   SI-D      ----    ----    ----
	vectors              S--D   SI-D      ----    ----    ----
	senses               S--D   SI-D      ----    ----    ----
	sources              SIuD   SIu-      ----    ----    ----
	imports              SIuD   s--D      ----    ----    ----
	import_entries       SIuD   ----      ----    ----    ----
	import_skips         SI-D   ----      ----    ----    ----

	proposals            SIuD   SI--      ----    ----    ----
	proposal_quotes      SI-D   SI--      ----    ----    ----
	insights             SIuD   S---      ----    ----    ----
	insight_wordings     SI-D   S---      ----    ----    ----
	insight_quotes       SI-D   S---      ----    ----    ----
	commitments          SIuD   S---      ----    ----    ----
	commitment_asks      SI-D   SI--      ----    ----    ----

	summaries            SI-D   ----      ----    S---    s---
	lines                SI-D   ----      ----    S---    s---
	line_quotes          SI-D   ----      ----    S---    ----
	shown_lines          S---   ----      ----    S---    ----
	releases             SIu-   ----      ----    S---    s---
	readings             S---   ----      ----    SI--    ----
	marks                S--D   ----      ----    SI-D    s---
	answers              SI-D   ----      ----    S---    s---
	themes               SIuD   ----      ----    ----    ----
	plans                SIuD   ----      ----    ----    ----
	learning             SIu-   ----      ----    ----    ----
	carried              SI-D   ----      ----    ----    ----
	unrecorded           ----   SIu-      ----    ----    ----

	goose_db_version     ----   ----      ----    ----    ----
	river_job            SIu-   ----      SIUD*   ----    ----
	river_leader         ----   ----      SIUD*   ----    ----
	river_migration      ----   ----      S---*   ----    ----
	river_notification   SI--   ----      SIUD*   ----    ----
	river_queue          ----   ----      SIUD*   ----    ----
`

var dbRoles = []string{"act", "pipeline", "system", "reader", "counter"}

// expected reads the page above: table → role → rights.
func expected() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, line := range strings.Split(rights, "\n")[2:] {
		if fields := strings.Fields(line); len(fields) == 1+len(dbRoles) {
			all[fields[0]] = map[string]string{}
			for i, role := range dbRoles {
				all[fields[0]][role] = fields[1+i]
			}
		}
	}
	return all
}

// privileges is what the catalogue says of every table and view.
const privileges = `
	SELECT c.relname, r.role, string_agg(CASE
		WHEN has_table_privilege('innerwork_' || r.role, c.oid, v.verb) THEN v.letter
		WHEN v.verb <> 'DELETE' AND has_any_column_privilege('innerwork_' || r.role, c.oid, v.verb) THEN lower(v.letter)
		ELSE '-' END, '' ORDER BY v.n)
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest($1::text[]) AS r (role),
	     (VALUES (1, 'SELECT', 'S'), (2, 'INSERT', 'I'), (3, 'UPDATE', 'U'), (4, 'DELETE', 'D')) AS v (n, verb, letter)
	WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
	GROUP BY c.relname, r.role`

func TestEveryRoleHasTheRightsOfThePageAndNoOthers(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	want := expected()
	rows, err := superuser(t, d).Query(t.Context(), privileges, dbRoles)
	if err != nil {
		t.Fatal(err)
	}
	var table, role, got string
	seen := map[string]bool{}
	_, err = pgx.ForEachRow(rows, []any{&table, &role, &got}, func() error {
		seen[table] = true
		switch expects := strings.TrimSuffix(want[table][role], "*"); {
		case want[table] == nil:
			t.Errorf("table %s is not on the page: who may do what with it?", table)
		case got != expects:
			t.Errorf("%s may %s on %s, the page says %s", role, got, table, expects)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for table := range want {
		if !seen[table] {
			t.Errorf("the page has a table %s that is not there", table)
		}
	}
}

// relation is a table or view whose rows have an owner, with a row of one.
type relation struct {
	name    string
	view    bool
	columns []string // that can be written
	row     string   // JSON
}

// owned reads the tables with an owner from the catalogue, each with a row of
// the owner's; one without a row would make the test prove nothing.
func owned(t testing.TB, d *memorytest.Database, owner memory.ID) (all []relation) {
	t.Helper()
	conn := superuser(t, d)
	rows, err := conn.Query(t.Context(), `
		SELECT c.relname, c.relkind = 'v', array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v') GROUP BY c.oid HAVING 'owner' = ANY (array_agg(a.attname)) ORDER BY c.relname`)
	if err != nil {
		t.Fatal(err)
	}
	all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r relation, err error) {
		err = row.Scan(&r.name, &r.view, &r.columns)
		return r, err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range all {
		if err := conn.QueryRow(t.Context(), `SELECT to_jsonb(x)::text FROM `+r.name+` x WHERE owner = $1 LIMIT 1`, owner).Scan(&all[i].row); err != nil {
			t.Fatalf("a row of %s: %v", r.name, err)
		}
	}
	return all
}

// statements are the four verbs on the owner's rows. An update sets a column
// that the role may read and write, if there is one.
func (r relation) statements(t testing.TB, conn *pgx.Conn, role string) map[rune]string {
	t.Helper()
	column := r.columns[0]
	for _, c := range r.columns {
		var may bool
		if err := conn.QueryRow(t.Context(), `SELECT has_column_privilege($1, $2, $3, 'UPDATE') AND has_column_privilege($1, $2, $3, 'SELECT')`,
			"innerwork_"+role, r.name, c).Scan(&may); err != nil {
			t.Fatal(err)
		}
		if may {
			column = c
			break
		}
	}
	names := `"` + strings.Join(r.columns, `", "`) + `"`
	all := map[rune]string{'S': `SELECT 1 FROM ` + r.name + ` WHERE owner = $1`}
	if !r.view {
		all['I'] = fmt.Sprintf(`INSERT INTO %s (%s) SELECT %s FROM jsonb_populate_record(NULL::%[1]s, $1::jsonb)`, r.name, names, names)
		all['U'] = fmt.Sprintf(`UPDATE %s SET "%s" = "%[2]s" WHERE owner = $1`, r.name, column)
		all['D'] = `DELETE FROM ` + r.name + ` WHERE owner = $1`
	}
	return all
}

func TestNoRoleReachesAnotherOwnersRows(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	victim, stranger := live(t, d, "canaries"), live(t, d, "sparrows")
	page, tables := expected(), owned(t, d, victim.leader)
	tried := 0
	for _, who := range []struct {
		name   string
		person memory.ID
		roles  []string
	}{
		{"another leader", stranger.leader, dbRoles},
		{"her coach", victim.coach, dbRoles[:3]}, // his way is the reader's functions
		{"nobody", memory.ID{}, dbRoles},
	} {
		for _, role := range who.roles {
			conn := as(t, d, "innerwork_"+role, who.person)
			for _, r := range tables {
				has := page[r.name][role]
				for verb, query := range r.statements(t, conn, role) {
					granted := strings.ContainsAny(has, string(verb)+strings.ToLower(string(verb)))
					if granted && strings.HasSuffix(has, "*") {
						continue
					}
					want, arg := "0 rows", any(victim.leader)
					if verb == 'I' {
						arg = r.row
					}
					if !granted || verb == 'I' {
						want = "42501"
					}
					tried++
					if got := state(t, conn, query, arg); got != want {
						t.Errorf("%s as %s, %c on %s: %s, want %s", who.name, role, verb, r.name, got, want)
					}
				}
			}
		}
	}
	if least := 4 * len(tables) * 10; tried < least {
		t.Errorf("only %d tries of at least %d", tried, least)
	}
	herself := as(t, d, "innerwork_act", victim.leader)
	for _, r := range tables {
		if strings.ContainsAny(page[r.name]["act"], "Ss") {
			if got := state(t, herself, `SELECT 1 FROM `+r.name+` WHERE owner = $1`, victim.leader); got == "0 rows" || got == "42501" {
				t.Errorf("she herself sees %s in %s", got, r.name)
			}
		}
	}
}

// What the pipeline may write is this, and the states of replies and
// conversations. Everything else that has an owner, a table that is new
// included, is the person's: not even for herself, on her own rows.
func TestThePipelineWritesNoConclusion(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, embedded)
	l := live(t, d, "canaries")
	pointing := []string{"quotes", "sentences", "mirrored", "events", "threads", "passages", "terms", "lent", "vectors", "senses", "sources", "indexes",
		"proposals", "proposal_quotes", "commitment_asks", "conversations", "replies", "unrecorded", "imports"} // of the last it throws away what she did not take in
	pipeline := as(t, d, "innerwork_pipeline", l.leader)
	var refusals int
	for _, r := range owned(t, d, l.leader) {
		if r.view || slices.Contains(pointing, r.name) {
			continue
		}
		queries := r.statements(t, pipeline, "pipeline")
		delete(queries, 'S')
		for verb, query := range queries {
			arg := any(l.leader)
			if verb == 'I' {
				arg = r.row
			}
			if got := state(t, pipeline, query, arg); got != "42501" {
				t.Errorf("%c on %s: %s", verb, r.name, got)
			}
			refusals++
		}
		for _, column := range r.columns {
			if got := state(t, pipeline, fmt.Sprintf(`UPDATE %s SET "%s" = DEFAULT`, r.name, column)); got != "42501" {
				t.Errorf("changing %s of %s: %s", column, r.name, got)
			}
		}
	}
	if refusals < 3*13 {
		t.Errorf("only %d tries", refusals)
	}
}

func superuser(t testing.TB, d *memorytest.Database) *pgx.Conn {
	t.Helper()
	return as(t, d, "none", memory.ID{})
}
