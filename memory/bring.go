package memory

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/google/uuid"

	"innerwork/memory/archive"
)

// MaxArchive is the most bytes that an archive to bring back may have.
const MaxArchive = archive.MaxPacked

// Brought says what an archive holds and what became of it, or would.
type Brought struct {
	Kinds []BroughtKind `json:"kinds"`
}

// BroughtKind counts the things of one kind. New + There + Differs + Forgotten
// + Left is how many the archive has.
type BroughtKind struct {
	Kind      string `json:"kind"`      // the table, such as "reflections"
	New       int    `json:"new"`       // are not here yet: they come
	There     int    `json:"there"`     // are here already, the same
	Differs   int    `json:"differs"`   // are here with other content, which stays
	Forgotten int    `json:"forgotten"` // were forgotten, or were made of what was: they do not come back
	Left      int    `json:"left"`      // belong to something that differs: they do not come
	History   bool   `json:"history"`   // come as a record of what was, and nothing more
}

// Bringing is how to bring an archive back.
type Bringing struct {
	Preview  bool                  // count, and store nothing
	Progress func(done, total int) // called now and then, from within; nil for nobody
}

// Bring brings an archive of hers back, all of it or, on an error, nothing.
// What is here already stays as it is, and so does what was forgotten, here or
// there; the same archive once more changes nothing. What an archive says was
// released is released to nobody by it.
func (s *Store) Bring(ctx context.Context, owner ID, from io.ReaderAt, size int64, how Bringing) (all Brought, err error) {
	defer wrap(&err, "bring an archive back")
	a, err := archive.Open(ctx, from, size)
	if err != nil {
		return all, refuseArchive(err)
	}
	account, err := s.accountOf(ctx, owner)
	if err != nil {
		return all, err
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if err := tx.leavingAlone(ctx); err != nil {
			return err
		}
		b := &bringer{tx: tx, archive: a, Bringing: how, gone: map[string]map[ID]fate{}, instead: map[ID]ID{}, quotes: map[ID]uses{}}
		if all, err = b.all(ctx, account); err != nil || how.Preview {
			return err
		}
		return s.note(ctx, tx, owner, owner, "archive brought back", nil, false)
	})
	if err != nil {
		return Brought{}, refuseArchive(err)
	}
	return all, nil
}

// refuseArchive says what is wrong with an archive in words for a person.
func refuseArchive(err error) error {
	said := map[error]*Error{
		archive.ErrForeign: Errorf(CodeInvalid, "This is no archive of Innerwork. If it comes from another program, bring it in under Import."),
		archive.ErrNewer:   Errorf(CodeInvalid, "This archive was made by a newer Innerwork. Please bring it back with that version. Nothing was stored."),
		archive.ErrDamaged: Errorf(CodeInvalid, "This archive is not as it was written: something in it was changed, cut off or added. Nothing was stored. Please take another copy."),
		archive.ErrTooMuch: Errorf(CodeInvalid, "This archive is larger than any that Innerwork writes, so it was not read. Nothing was stored."),
	}
	for kind, message := range said {
		if errors.Is(err, kind) {
			return &cause{message, kind}
		}
	}
	// A row that the schema refuses: somebody wrote the archive by hand.
	if code := CodeOf(err); code == CodeNotFound || code == CodeConflict {
		return &cause{Errorf(CodeInvalid, "This archive does not fit together: something in it belongs to what is not in it. Nothing was stored."), err}
	}
	return err
}

// bringer brings one archive back, thing after thing, in one transaction.
type bringer struct {
	*tx
	Bringing
	archive *archive.Reader
	columns map[string][]string // that both the archive and the database have
	gone    map[string]map[ID]fate
	instead map[ID]ID // a summary of the archive → the one of here for the same conversation
	quotes  map[ID]uses
	counts  *BroughtKind
	done    int
	total   int
}

// A few records at a time go to the database, and not too many bytes of them.
const (
	bringAtOnce      = 200
	bringBytesAtOnce = 1 << 20
)

// one is a record that is being brought.
type one struct {
	id  ID
	raw json.RawMessage // as it is to be stored
}

func (b *bringer) all(ctx context.Context, account accountRecords) (all Brought, err error) {
	if err := b.columnsOfBoth(ctx); err != nil {
		return all, err
	}
	for _, k := range things {
		b.total += b.archive.Manifest.Tables[k.table].Rows
	}
	if err := b.forgottenHere(ctx); err != nil {
		return all, err
	}
	for _, k := range things {
		b.counts = &BroughtKind{Kind: k.table, History: k.carried}
		if err := b.thing(ctx, k); err != nil {
			return all, err
		}
		all.Kinds = append(all.Kinds, *b.counts)
	}
	quotes := slices.IndexFunc(all.Kinds, func(k BroughtKind) bool { return k.Kind == "quotes" })
	if err := b.dropForsaken(ctx, &all.Kinds[quotes]); err != nil {
		return all, err
	}
	return all, b.account(ctx, account, &all)
}

// thing brings the records of one kind.
func (b *bringer) thing(ctx context.Context, k thing) error {
	var wait []one
	bytes := 0
	for raw, err := range b.archive.Records(k.table) {
		if err != nil {
			return err
		}
		var head struct {
			ID   ID
			Zone *string
		}
		if json.Unmarshal(raw, &head) != nil || head.ID == uuid.Nil {
			return archive.ErrDamaged
		}
		if head.Zone != nil && checkZone(*head.Zone) != nil {
			return archive.ErrDamaged
		}
		if wait, bytes = append(wait, one{head.ID, append(json.RawMessage(nil), raw...)}), bytes+len(raw); len(wait) == bringAtOnce || bytes > bringBytesAtOnce {
			if err := b.some(ctx, k, wait); err != nil {
				return err
			}
			wait, bytes = wait[:0], 0
		}
	}
	return b.some(ctx, k, wait)
}

// some brings a few records: what is gone stays away, what is here stays as it
// is, and the rest comes.
func (b *bringer) some(ctx context.Context, k thing, wait []one) error {
	if len(wait) == 0 {
		return nil
	}
	b.done += len(wait)
	if b.Progress != nil {
		defer func() { b.Progress(b.done, b.total) }()
	}
	var left []one
	for _, o := range wait {
		raw, f, err := b.fit(k, o)
		switch {
		case err != nil:
			return archive.ErrDamaged
		case f == stays:
			left = append(left, one{o.id, raw})
		default:
			b.keepAway(k, o.id, f)
		}
	}
	here, err := b.here(ctx, k, left)
	if err != nil {
		return err
	}
	var fresh []one
	for _, o := range left {
		is, there := here[o.id]
		if !there {
			fresh = append(fresh, o)
			continue
		}
		if err := b.meet(ctx, k, o, is); err != nil {
			return err
		}
	}
	if fresh, err = b.sidestep(ctx, k, fresh); err != nil {
		return err
	}
	b.counts.New += len(fresh)
	if k.table == "quotes" && len(b.gone) > 0 {
		for _, o := range fresh {
			b.quotes[o.id] = 0
		}
	}
	if b.Preview || len(fresh) == 0 {
		return nil
	}
	return b.insert(ctx, k, fresh)
}
