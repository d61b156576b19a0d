package memory

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/jackc/pgx/v5"
)

// fate is why a thing of an archive does not come.
type fate string

const (
	stays     fate = "" // it comes
	forgotten fate = "forgotten"
	left      fate = "left"
)

// ref says what becomes of a thing, or of one of its parts, when what it
// points at does not come: as forgetting has it.
type ref struct {
	part, column, to string
	then             consequence
}

type consequence int

const (
	goes   consequence = iota // the thing goes with it
	drops                     // that part of the thing goes
	clears                    // the thing stays and points at nothing
)

var refs = map[string][]ref{
	"reflections": {{"", "supersedes", "reflections", goes}, {"", "conversation", "conversations", goes}},
	"quotes":      {{"", "reflection", "reflections", goes}},
	"replies": {{"", "conversation", "conversations", goes}, {"mirrored", "reflection", "reflections", drops},
		{"sources", "reflection", "reflections", drops}},
	"insights": {{"", "conversation", "conversations", clears}, {"insight_wordings", "quote", "quotes", drops},
		{"insight_quotes", "quote", "quotes", drops}},
	"proposals": {{"", "conversation", "conversations", goes}, {"", "insight", "insights", clears},
		{"proposal_quotes", "quote", "quotes", goes}},
	"commitments": {{"", "conversation", "conversations", clears}, {"commitment_asks", "reply", "replies", drops}},
	"summaries":   {{"", "conversation", "conversations", goes}},
	"lines": {{"", "summary", "summaries", goes}, {"", "quote", "quotes", goes}, {"", "asked_reply", "replies", clears},
		{"line_quotes", "quote", "quotes", drops}},
	"releases": {{"", "line", "lines", goes}},
	"marks":    {{"", "line", "lines", goes}},
}

// fields is a record, or a part of one, taken apart.
type fields map[string]json.RawMessage

func (f fields) id(column string) (id ID) {
	_ = json.Unmarshal(f[column], &id) // null and what is none are nobody's
	return id
}

var null = json.RawMessage("null")

// forgottenHere reads the ids that must not come back.
func (b *bringer) forgottenHere(ctx context.Context) error {
	rows, err := b.Query(ctx, `SELECT id FROM tombstones WHERE owner = $1`, b.owner)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[ID])
	for _, id := range ids {
		b.bury(id)
	}
	return err
}

// bury notes a tombstone: of whatever kind its thing was.
func (b *bringer) bury(id ID) {
	for _, table := range []string{"reflections", "conversations"} {
		b.set(table, id, forgotten)
	}
}

func (b *bringer) set(table string, id ID, f fate) {
	if b.gone[table] == nil {
		b.gone[table] = map[ID]fate{}
	}
	b.gone[table][id] = f
}

// keepAway counts a thing that does not come, and remembers it for those that
// point at it.
func (b *bringer) keepAway(k thing, id ID, f fate) {
	b.set(k.table, id, f)
	if f == forgotten {
		b.counts.Forgotten++
	} else {
		b.counts.Left++
	}
}

// keepAwayFrom keeps what points at a thing that is here with other content
// away from it, where that would change what it says.
func (b *bringer) keepAwayFrom(k thing, id ID) {
	switch k.table {
	case "reflections", "quotes", "replies", "summaries":
		b.set(k.table, id, left)
	}
}

// fit takes out of a record what does not come back, or says that all of it
// does not.
func (b *bringer) fit(k thing, o one) (_ json.RawMessage, f fate, err error) {
	if f := b.gone[k.table][o.id]; f != stays {
		return nil, f, nil
	}
	if len(b.gone) == 0 && len(b.instead) == 0 {
		return o.raw, stays, nil
	}
	record, parts, err := apart(k, o.raw)
	if err != nil {
		return nil, stays, err
	}
	defer func(quotes []ID) {
		for _, id := range quotes {
			if use, new := b.quotes[id]; new {
				b.quotes[id] = use | map[bool]uses{true: byOther, false: byGone}[f == stays]
			}
		}
	}(quotesOf(k, record, parts))
	changed := false
	if k.table == "replies" {
		changed = b.blank(parts["sentences"], parts["mirrored"])
	}
	if k.table == "insights" {
		if f := b.lastWording(parts["insight_wordings"]); f != stays {
			return nil, f, nil
		}
	}
	if here, ok := b.instead[record.id("summary")]; ok && k.table == "lines" {
		record["summary"], changed = json.RawMessage(`"`+here.String()+`"`), true
	}
	for _, r := range refs[k.table] {
		if r.part == "" {
			f := b.gone[r.to][record.id(r.column)]
			switch {
			case f == stays:
			case r.then == goes:
				return nil, f, nil
			default:
				record[r.column], changed = null, true
				if r.column == "asked_reply" {
					record["asked_n"] = null
				}
			}
			continue
		}
		kept := parts[r.part][:0]
		for _, p := range parts[r.part] {
			f := b.gone[r.to][p.id(r.column)]
			if f != stays && r.then == goes {
				return nil, f, nil
			}
			if f == stays {
				kept = append(kept, p)
			}
		}
		if len(kept) < len(parts[r.part]) {
			parts[r.part], changed = kept, true
		}
	}
	if !changed {
		return o.raw, stays, nil
	}
	for name, part := range parts {
		if record[name], err = json.Marshal(part); err != nil {
			return nil, stays, err
		}
	}
	raw, err := json.Marshal(record)
	return raw, stays, err
}

// uses says what points at a new quote.
type uses uint8

const (
	byGone  uses = 1 << iota // something that does not come
	byOther                  // something else
)

// quotesOf lists the quotes that a thing points at.
func quotesOf(k thing, record fields, parts map[string][]fields) (ids []ID) {
	for _, r := range refs[k.table] {
		if r.to == "quotes" && r.part == "" {
			ids = append(ids, record.id(r.column))
		}
		for _, p := range parts[r.part] {
			if r.to == "quotes" {
				ids = append(ids, p.id(r.column))
			}
		}
	}
	for _, s := range parts["sentences"] {
		ids = append(ids, s.id("quote"))
	}
	return ids
}

// dropForsaken takes away the new quotes at which only things pointed that did
// not come, as forgetting does.
func (b *bringer) dropForsaken(ctx context.Context, counts *BroughtKind) error {
	var ids []ID
	for id, use := range b.quotes {
		if use == byGone {
			ids = append(ids, id)
		}
	}
	counts.New -= len(ids)
	counts.Forgotten += len(ids)
	if b.Preview || len(ids) == 0 {
		return nil
	}
	_, err := b.dropUnused(ctx, ids)
	return err
}

// apart decodes a record and its parts.
func apart(k thing, raw json.RawMessage) (record fields, parts map[string][]fields, err error) {
	if err := json.Unmarshal(raw, &record); err != nil {
		return nil, nil, err
	}
	parts = map[string][]fields{}
	for _, p := range k.parts {
		part := []fields{}
		if record[p.table] != nil {
			if err := json.Unmarshal(record[p.table], &part); err != nil {
				return nil, nil, err
			}
		}
		parts[p.table] = part
	}
	return record, parts, nil
}

// blank empties the sentences that quote or mirror what does not come, as
// forgetting does.
func (b *bringer) blank(sentences, mirrored []fields) (changed bool) {
	took := map[string]bool{}
	for _, m := range mirrored {
		if b.gone["reflections"][m.id("reflection")] != stays {
			took[string(m["n"])] = true
		}
	}
	for _, s := range sentences {
		if b.gone["quotes"][s.id("quote")] == stays && !took[string(s["n"])] || !bytes.Equal(s["blanked_at"], null) {
			continue
		}
		s["text"], s["quote"], s["blanked_at"], changed = json.RawMessage(`""`), null, s["at"], true
	}
	return changed
}

// lastWording says whether the wording that stands is a span that does not
// come: then the insight does not.
func (b *bringer) lastWording(wordings []fields) fate {
	if len(wordings) == 0 {
		return stays
	}
	return b.gone["quotes"][wordings[len(wordings)-1].id("quote")]
}

// besides finds what stands here in the place of a new thing: pairs of the new
// one and the one of here.
var besides = map[string]string{
	// She did not forget it here, whatever she did there.
	"tombstones": `SELECT n.id, r.id FROM new n JOIN reflections r ON r.owner = $1 AND r.id = n.id
		UNION SELECT n.id, c.id FROM new n JOIN conversations c ON c.owner = $1 AND c.id = n.id`,
	"reflections": `SELECT n.id, r.id FROM new n JOIN reflections r ON r.owner = $1 AND r.supersedes = n.supersedes
		UNION SELECT n.id, r.id FROM new n JOIN reflections r ON r.owner = $1 AND r.thread = n.thread AND r.turn = n.turn`,
	"summaries": `SELECT n.id, s.id FROM new n JOIN summaries s ON s.owner = $1 AND s.conversation = n.conversation`,
}

// sidestep takes out of what is new that for which something else stands here.
func (b *bringer) sidestep(ctx context.Context, k thing, fresh []one) ([]one, error) {
	query := besides[k.table]
	if query == "" || len(fresh) == 0 {
		return fresh, nil
	}
	rows, err := b.Query(ctx, `WITH new AS MATERIALIZED (
		SELECT * FROM jsonb_to_recordset($2::jsonb) AS n (id uuid, supersedes uuid, thread uuid, turn int, conversation uuid)) `+query, b.owner, arrayOf(fresh))
	if err != nil {
		return nil, err
	}
	taken := map[ID]ID{}
	var id, by ID
	if _, err := pgx.ForEachRow(rows, []any{&id, &by}, func() error {
		taken[id] = by
		return nil
	}); err != nil {
		return nil, err
	}
	var kept []one
	for _, o := range fresh {
		by, other := taken[o.id]
		switch {
		case other && k.table == "summaries":
			b.counts.There++
			b.instead[o.id] = by
		case other:
			b.counts.Differs++
			b.keepAwayFrom(k, o.id)
		default:
			kept = append(kept, o)
			if k.table == "tombstones" {
				b.bury(o.id)
			}
		}
	}
	return kept, nil
}

// same says whether what the archive says of a thing holds here. What an older
// archive does not say is not asked.
func same(archived, here json.RawMessage) bool {
	var a, h any
	return decodeExact(archived, &a) == nil && decodeExact(here, &h) == nil && holds(a, h)
}

func decodeExact(raw json.RawMessage, to any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(to)
}

func holds(archived, here any) bool {
	switch a := archived.(type) {
	case map[string]any:
		h, ok := here.(map[string]any)
		for key, value := range a {
			if key == "blanked_at" { // forgetting there and forgetting here are as good as each other
				continue
			}
			if other, there := h[key]; !ok || !there || !holds(value, other) {
				return false
			}
		}
		return ok
	case []any:
		h, ok := here.([]any)
		return ok && slices.EqualFunc(a, h, holds)
	}
	return reflect.DeepEqual(archived, here)
}
