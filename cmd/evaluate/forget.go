package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"innerwork/memory"
)

// forgetKind forgets, and looks for what is left.
type forgetKind struct{ parts }

// Run prints how often the canaries are found alive, after the first stage and
// after the second.
func (k forgetKind) Run(ctx context.Context) error {
	r, err := k.measure(ctx)
	if err != nil {
		return err
	}
	return r.print()
}

// wordlessColumns hold no words though their type could: each with its reason.
// Every other column of such a type in the database must hold a canary.
var wordlessColumns = map[string]string{
	"audit.act": "fixed names", "commitments.outcome": "a fixed list", "commitments.zone": "a time zone", "consents.version": "a version",
	"conversations.practice": "a key", "conversations.stage": "a fixed list", "events.kind": "a fixed list", "events.stage": "a fixed list",
	"forgettings.kind": "a fixed list", "forgettings.removed": "counts", "generations.model": "a model's name",
	"insights.practice": "a key", "invitations.kind": "a fixed list", "invitations.secret_hash": "a hash", "lines.heading": "a fixed list",
	"marks.kind": "a fixed list", "marks.on": "a fixed list", "paces.said": "times", "people.name": "a name to sign in with",
	"people.password": "a hash", "people.zone": "a time zone", "person_roles.role": "a fixed list", "proposals.state": "a fixed list",
	"recovery_codes.hash": "a hash", "reflections.kind": "a fixed list", "reflections.zone": "a time zone",
	"replies.dropped": "counts", "replies.model": "a model's name", "replies.prompt_version": "a version", "replies.reason": "fixed names",
	"replies.speaker": "a fixed list", "replies.state": "a fixed list", "senses.words": "numbers of an embedding", "vectors.embedding": "numbers of an embedding",
	"carried.id": "an id", "carried.kind": "a fixed list", "generations.centre": "numbers of an embedding", "generations.kind": "a fixed list",
	"import_entries.origin": "a fixed list", "import_entries.outcome": "a fixed list", "import_entries.zone": "a time zone",
	"import_skips.reason": "fixed names", "imports.zone": "a time zone", "indexes.windows": "numbers",
	"sentences.author": "a fixed list", "sentences.kind": "a fixed list", "sentences.question_key": "a hash", "sessions.device": "a browser's name",
	"sessions.token_hash": "a hash", "sign_in_attempts.name_hash": "a hash", "sources.handle": "r1, r2 …",
}

// candidates are the columns that could hold words, from the catalogue. The
// tables of goose and of the queue are their own: the queue's hold ids.
const candidates = `SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid
	WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname !~ '^(river_|goose_)'
	  AND (t.typname IN ('text', 'varchar', 'bytea', 'json', 'jsonb', 'tsvector', 'halfvec') OR t.typcategory = 'A') ORDER BY 1, 2`

// A burrow is a leader whose every store holds a canary, and ways to look.
type burrow struct {
	*house
	super      *pgx.Conn
	api        *httptest.Server
	leader     memory.ID
	coach      memory.ID
	tokens     []string // hers and her coach's
	said, talk memory.ID
	one, whole []string // canaries of the one reflection, of the conversation
	rest       []string // and of everything else
}

func (k forgetKind) measure(ctx context.Context) (_ *report, err error) {
	h, err := k.parts.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	b := &burrow{house: h}
	if err := b.settle(ctx); err != nil {
		return nil, fmt.Errorf("make a life: %w", err)
	}
	defer b.api.Close()
	all := append(append(append([]string{}, b.one...), b.whole...), b.rest...)
	if err := b.everywhere(ctx, all); err != nil {
		return nil, err
	}
	if _, err := b.super.Exec(ctx, `ANALYZE`); err != nil {
		return nil, err
	}
	if _, err := b.super.Exec(ctx, `CHECKPOINT`); err != nil {
		return nil, err
	}
	r := &report{head: []string{"", "canaries", "alive", "after first", "after second"}, line: map[string]any{}}
	alive, first, second := map[string]int{}, map[string]int{}, map[string]int{}
	sets := []struct {
		name     string
		canaries []string
		scope    memory.Scope
	}{
		{"one reflection", b.one, memory.Scope{Kind: memory.ForgetReflection, About: &b.said}},
		{"a conversation", b.whole, memory.Scope{Kind: memory.ForgetConversation, About: &b.talk}},
		{"everything", b.rest, memory.Scope{Kind: memory.ForgetEverything}},
	}
	for _, s := range sets {
		for _, c := range s.canaries {
			n, err := b.bytes(c)
			if err != nil {
				return nil, err
			}
			if n == 0 {
				return nil, errors.New("a canary is alive and the search of the bytes does not find it: this would prove nothing")
			}
			alive[s.name] += n
		}
	}
	begun := time.Now()
	for _, s := range sets {
		seen, err := b.shown(ctx, s.canaries)
		if err != nil {
			return nil, err
		}
		if seen == 0 {
			return nil, fmt.Errorf("%s: nothing shows the canaries while they live: this would prove nothing", s.name)
		}
		receipt, err := b.ForgetAll(ctx, b.leader, uuid.Must(uuid.NewV7()), s.scope)
		if err != nil {
			return nil, err
		}
		if receipt.DoneAt == nil {
			return nil, errors.New("the first stage is not over at once")
		}
		if first[s.name], err = b.shown(ctx, s.canaries); err != nil {
			return nil, err
		}
	}
	pending, _, err := b.PendingRewrites(ctx)
	if err != nil {
		return nil, err
	}
	b.super.Close(ctx)
	done, err := h.server.Rewrite(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("rewrite: %w", err)
	}
	if err := b.Rewritten(ctx, pending); err != nil {
		return nil, err
	}
	took := time.Since(begun)
	for _, s := range sets {
		for _, c := range s.canaries {
			n, err := b.bytes(c)
			if err != nil {
				return nil, err
			}
			second[s.name] += n
		}
		r.row(s.name, len(s.canaries), alive[s.name], first[s.name], second[s.name])
	}
	sum := func(m map[string]int) (n int) {
		for _, v := range m {
			n += v
		}
		return n
	}
	r.row("all", len(all), sum(alive), sum(first), sum(second))
	r.line = map[string]any{"found_alive": sum(alive), "found_after_first": sum(first), "found_after_second": sum(second),
		"seconds": took.Seconds(), "pause_seconds": done.Pause.Seconds()}
	return r, nil
}

// bytes counts a canary in every file of the data folder.
func (b *burrow) bytes(canary string) (n int, err error) {
	err = filepath.WalkDir(filepath.Join(b.folder, "data"), func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		n += bytes.Count(content, []byte(canary))
		return err
	})
	return n, err
}

// shown counts what SQL, the search and HTTP show of the canaries.
func (b *burrow) shown(ctx context.Context, canaries []string) (n int, err error) {
	rows, _ := b.super.Query(ctx, `SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND relkind IN ('r', 'p')`)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return 0, err
	}
	for _, table := range tables {
		var found int
		if err := b.super.QueryRow(ctx, `SELECT count(*) FROM `+table+` AS r, unnest($1::text[]) c WHERE position(c IN r::text) > 0`, canaries).Scan(&found); err != nil {
			return 0, err
		}
		n += found
	}
	for _, c := range canaries {
		found, err := b.Search(ctx, b.leader, memory.Search{Text: c, Limit: 100})
		if err != nil {
			return 0, err
		}
		for _, f := range found {
			n += strings.Count(f.Text, c)
		}
	}
	requests, err := b.requests(ctx, canaries)
	if err != nil {
		return 0, err
	}
	for who := range b.tokens {
		for _, r := range requests {
			status, answer, err := b.ask(ctx, who, r.method, r.path, r.body)
			if err != nil {
				return 0, err
			}
			if status >= 500 || status == 400 || status == 401 || status == 405 || status == 422 || (status == 403 && who == 0 && !strings.HasPrefix(r.path, "desk")) {
				return 0, fmt.Errorf("%s %s: status %d: %s", r.method, r.path, status, answer)
			}
			if r.path == "archive" && status == 200 {
				if answer, err = unpacked(answer); err != nil {
					return 0, fmt.Errorf("the archive: %w", err)
				}
			}
			for _, c := range canaries {
				n += strings.Count(answer, c)
			}
		}
	}
	return n, nil
}

type request struct{ method, path, body string }

// requests is everything that she and her coach can look at.
func (b *burrow) requests(ctx context.Context, canaries []string) (all []request, err error) {
	for _, path := range []string{"reflections?limit=200", "insights?state=all", "commitments", "summaries", "readings", "marks", "proposals", "proposals?state=open",
		"conversations", "conversations/" + b.talk.String(), "conversations/" + b.talk.String() + "/summary",
		"reflections/" + b.said.String(), "reflections/" + b.said.String() + "/over-time", "forgettings", "me/audit", "desk", "desk/" + b.leader.String(),
		"themes", "plan", "clarity", "on-this-day", "learning", "imports", "archive/carried", "archive"} {
		all = append(all, request{"GET", path, ""})
	}
	for _, each := range []struct{ sql, path string }{
		{`SELECT id FROM themes WHERE owner = $1`, "themes/%s/over-time"},
		{`SELECT id FROM imports WHERE owner = $1`, "imports/%s"},
		{`SELECT id FROM replies WHERE owner = $1`, "replies/%s/given"},
	} {
		rows, _ := b.super.Query(ctx, each.sql, b.leader)
		ids, err := pgx.CollectRows(rows, pgx.RowTo[memory.ID])
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			all = append(all, request{"GET", fmt.Sprintf(each.path, id), ""})
		}
	}
	for _, c := range canaries {
		all = append(all, request{"POST", "search", `{"query":"` + c + `"}`}, request{"POST", "conversations/search", `{"query":"` + c + `"}`})
	}
	return all, nil
}

// unpacked is the text of all files of an archive.
func unpacked(packed string) (text string, err error) {
	z, err := zip.NewReader(strings.NewReader(packed), int64(len(packed)))
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return "", err
		}
		_, err = io.Copy(&all, r)
		if err := errors.Join(err, r.Close()); err != nil {
			return "", err
		}
	}
	return all.String(), nil
}

// everywhere refuses to go on while a column that could hold words holds no
// canary and no reason.
func (b *burrow) everywhere(ctx context.Context, canaries []string) error {
	rows, _ := b.super.Query(ctx, candidates)
	var table, column string
	var all [][2]string
	if _, err := pgx.ForEachRow(rows, []any{&table, &column}, func() error {
		all = append(all, [2]string{table, column})
		return nil
	}); err != nil {
		return err
	}
	var bare []string
	for _, c := range all {
		name := c[0] + "." + c[1]
		var n int
		if err := b.super.QueryRow(ctx, fmt.Sprintf(`SELECT count(*) FROM %s r, unnest($1::text[]) c WHERE position(c IN r.%s::text) > 0`,
			c[0], pgx.Identifier{c[1]}.Sanitize()), canaries).Scan(&n); err != nil {
			return err
		}
		if reason := wordlessColumns[name]; (n == 0) != (reason != "") {
			bare = append(bare, name)
		}
	}
	if len(bare) > 0 {
		return fmt.Errorf("columns with neither a canary nor a reason, or with both: %s", strings.Join(bare, ", "))
	}
	return nil
}
