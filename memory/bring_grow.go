package memory

import (
	"context"
	"encoding/json"
	"slices"
)

// meet compares a thing of the archive with the one of the same id that is
// here, which stays as it is. Only a conversation may go on: where the archive
// knows what happened after the end of it here.
func (b *bringer) meet(ctx context.Context, k thing, o one, is json.RawMessage) error {
	switch {
	case k.table == "tombstones" || same(o.raw, is):
		b.counts.There++
		return nil
	case k.table == "conversations":
		var there, here struct{ Events []any }
		if decodeExact(o.raw, &there) != nil || decodeExact(is, &here) != nil {
			break
		}
		both := min(len(there.Events), len(here.Events))
		if !slices.EqualFunc(there.Events[:both], here.Events[:both], holds) {
			break
		}
		if len(there.Events) > both {
			b.counts.New++
			return b.goOn(ctx, k, o, both)
		}
		if len(here.Events) > both {
			b.counts.There++
			return nil
		}
	}
	b.counts.Differs++
	b.keepAwayFrom(k, o.id)
	return nil
}

// goOn adds to a conversation the events after those that it has.
func (b *bringer) goOn(ctx context.Context, k thing, o one, has int) error {
	if b.Preview {
		return nil
	}
	record, parts, err := apart(k, o.raw)
	if err != nil {
		return err
	}
	if record["events"], err = json.Marshal(parts["events"][has:]); err != nil {
		return err
	}
	if o.raw, err = json.Marshal(record); err != nil {
		return err
	}
	if _, err := b.Exec(ctx, `UPDATE conversations c SET stage = r.stage, paused_at = r.paused_at, clarity = r.clarity,
			last_seq = r.last_seq, last_at = r.last_at, closed_at = r.closed_at
		FROM jsonb_populate_record(NULL::conversations, $3::jsonb) r WHERE c.owner = $1 AND c.id = $2`, b.owner, o.id, string(o.raw)); err != nil {
		return err
	}
	if b.touched == nil {
		b.touched = map[ID]bool{}
	}
	b.touched[o.id] = true
	if err := b.insertParts(ctx, k, arrayOf([]one{o})); err != nil {
		return err
	}
	return b.inOrderOfEvents(ctx, []one{o})
}
