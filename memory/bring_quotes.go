package memory

import "context"

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
