package memory

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/jackc/pgx/v5"
)

// besides finds what stands here in the place of a new thing: pairs of the new
// one and the one of here.
var besides = map[string]string{
	// She did not forget it here, whatever she did there.
	"tombstones": `SELECT n.id, r.id FROM new n JOIN reflections r ON r.owner = $1 AND r.id = n.id
		UNION SELECT n.id, c.id FROM new n JOIN conversations c ON c.owner = $1 AND c.id = n.id
		UNION SELECT n.id, p.id FROM new n JOIN plans p ON p.owner = $1 AND p.id = n.id`,
	"reflections": `SELECT n.id, r.id FROM new n JOIN reflections r ON r.owner = $1 AND r.supersedes = n.supersedes
		UNION SELECT n.id, r.id FROM new n JOIN reflections r ON r.owner = $1 AND r.thread = n.thread AND r.turn = n.turn`,
	"summaries": `SELECT n.id, s.id FROM new n JOIN summaries s ON s.owner = $1 AND s.conversation = n.conversation`,
	"plans":     `SELECT n.id, p.id FROM new n JOIN plans p ON p.owner = $1`,
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
		blanked := ok && h["blanked_at"] != nil // what she forgot here stays so, whatever the archive has
		for key, value := range a {
			if key == "blanked_at" { // forgetting there and forgetting here are as good as each other
				continue
			}
			if blanked && (key == "text" || key == "quote") {
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
