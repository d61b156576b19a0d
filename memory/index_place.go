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

// standing reads a reflection with its place, which an edit takes over from
// the first version. What is said in a conversation has the number of its
// "said" event among all that were ever said there, so that forgetting one
// moves no other.
func (t *tx) standing(ctx context.Context, reflection ID) (r standing, err error) {
	var at time.Time
	var zone, label string
	err = t.QueryRow(ctx, `
		WITH RECURSIVE older AS (
			SELECT r.* FROM reflections r WHERE owner = $1 AND id = $2
			UNION ALL
			SELECT r.* FROM older o JOIN reflections r ON r.owner = $1 AND r.id = o.supersedes
		), root AS (SELECT * FROM older WHERE supersedes IS NULL), said AS (
			SELECT e.conversation, (
				SELECT count(*) FROM events b
				WHERE b.owner = $1 AND b.conversation = e.conversation AND b.kind = 'said' AND b.seq <= e.seq) * 2 AS turn
			FROM root JOIN events e ON e.owner = $1 AND e.conversation = root.conversation AND e.kind = 'said' AND e.about = root.id
			LIMIT 1
		)
		SELECT r.text, r.length, r.at, r.zone, root.label, said.conversation,
		       NOT r.withheld AND NOT EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id),
		       EXISTS (SELECT FROM passages p WHERE p.owner = r.owner AND p.reflection = r.id),
		       coalesce(said.conversation, root.thread, root.id), coalesce(said.turn, root.turn, 0)
		FROM reflections r, root LEFT JOIN said ON true WHERE r.owner = $1 AND r.id = $2`, t.owner, reflection).
		Scan(&r.text, &r.length, &at, &zone, &label, &r.conversation, &r.searched, &r.cut, &r.thread, &r.turn)
	r.label = labelled(at, zone, label)
	return r, err
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

// number is that of a thread, made when it is new.
func (t *tx) number(ctx context.Context, thread ID) (n int64, err error) {
	if _, err := t.Exec(ctx, `INSERT INTO threads (owner, thread) VALUES ($1, $2) ON CONFLICT DO NOTHING`, t.owner, thread); err != nil {
		return 0, err
	}
	err = t.QueryRow(ctx, `SELECT number FROM threads WHERE owner = $1 AND thread = $2`, t.owner, thread).Scan(&n)
	return n, err
}
