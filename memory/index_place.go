package memory

import (
	"context"
	"time"
)

// standing is where a reflection stands and what stands on it.
type standing struct {
	text         string
	length       int
	searched     bool // neither withheld nor superseded
	cut          bool // into passages already
	conversation *ID  // where it was said
	thread       ID   // what it is a part of; itself, if it stands alone
	turn         int
	label        string // the date in her zone, and the label of where it came from
}

// standing reads reflections with their places, which an edit takes over from
// the first version; forgotten ones are left out. What is said in a conversation
// has the number of its "said" event among all that were ever said there, so
// that forgetting one moves no other.
func (t *tx) standing(ctx context.Context, reflections []ID) (map[ID]standing, error) {
	rows, err := t.Query(ctx, `
		WITH RECURSIVE older AS (
			SELECT r.id AS newest, r.id, r.supersedes, r.conversation, r.thread, r.turn, r.label
			FROM reflections r WHERE owner = $1 AND id = ANY ($2)
			UNION ALL
			SELECT o.newest, r.id, r.supersedes, r.conversation, r.thread, r.turn, r.label
			FROM older o JOIN reflections r ON r.owner = $1 AND r.id = o.supersedes
		)
		SELECT r.id, r.text, r.length, r.at, r.zone, root.label, said.conversation,
		       NOT r.withheld AND NOT EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id),
		       EXISTS (SELECT FROM passages p WHERE p.owner = r.owner AND p.reflection = r.id),
		       coalesce(said.conversation, root.thread, root.id), coalesce(said.turn, root.turn, 0)
		FROM reflections r JOIN older root ON root.newest = r.id AND root.supersedes IS NULL
		LEFT JOIN LATERAL (
			SELECT e.conversation, (
				SELECT count(*) FROM events b
				WHERE b.owner = $1 AND b.conversation = e.conversation AND b.kind = 'said' AND b.seq <= e.seq) * 2 AS turn
			FROM events e WHERE e.owner = $1 AND e.conversation = root.conversation AND e.kind = 'said' AND e.about = root.id
			LIMIT 1
		) said ON true
		WHERE r.owner = $1 AND r.id = ANY ($2)`, t.owner, reflections)
	if err != nil {
		return nil, err
	}
	all := make(map[ID]standing, len(reflections))
	for rows.Next() {
		var id ID
		var at time.Time
		var zone, label string
		var r standing
		if err := rows.Scan(&id, &r.text, &r.length, &at, &zone, &label, &r.conversation, &r.searched, &r.cut, &r.thread, &r.turn); err != nil {
			return nil, err
		}
		r.label = labelled(at, zone, label)
		all[id] = r
	}
	return all, rows.Err()
}

// labelled is what a passage is headed with for the search: its date as she
// would write it, and whose or what it is.
func labelled(at time.Time, zone, label string) string {
	if in, err := time.LoadLocation(zone); err == nil {
		at = at.In(in)
	}
	date := at.Format("2 January 2006")
	if label == "" {
		return date
	}
	return date + " " + label
}

// numbers are those of threads, made where they are new.
func (t *tx) numbers(ctx context.Context, threads []ID) (map[ID]int64, error) {
	numbers := make(map[ID]int64, len(threads))
	if len(threads) == 0 {
		return numbers, nil
	}
	if _, err := t.Exec(ctx, `
		INSERT INTO threads (owner, thread) SELECT DISTINCT $1::uuid, id FROM unnest($2::uuid[]) AS id ORDER BY id
		ON CONFLICT DO NOTHING`, t.owner, threads); err != nil {
		return nil, err
	}
	rows, err := t.Query(ctx, `SELECT thread, number FROM threads WHERE owner = $1 AND thread = ANY ($2)`, t.owner, threads)
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var id ID
		var number int64
		if err := rows.Scan(&id, &number); err != nil {
			return nil, err
		}
		numbers[id] = number
	}
	return numbers, rows.Err()
}
