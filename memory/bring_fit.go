package memory

import (
	"bytes"
	"context"
	"encoding/json"

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
	for _, table := range []string{"reflections", "conversations", "plans"} {
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
