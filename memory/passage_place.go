package memory

// A spot is where a passage stands, as one number that sorts: the number of
// its thread (a conversation, a thread of an import, or a reflection alone),
// the turn in it, the part of the reflection. What she says in a conversation
// has even turns; the reply after it has the odd one that follows.
type spot int64

const mostParts = 1 << 16 // of a reflection, and turns of a thread

func placeAt(thread int64, turn, part int) spot {
	return spot(thread<<32 | int64(min(turn, mostParts-1))<<16 | int64(min(part, mostParts-1)))
}

func (p spot) thread() int64 { return int64(p) >> 32 }
func (p spot) turn() int     { return int(p>>16) & (mostParts - 1) }
func (p spot) part() int     { return int(p) & (mostParts - 1) }

// before tells how many steps other stands before p: of parts within a
// reflection, else of turns. It is negative for what comes after, and ok is
// false for another thread.
func (p spot) before(other spot) (steps int, ok bool) {
	switch {
	case p.thread() != other.thread():
		return 0, false
	case p.turn() != other.turn():
		return p.turn() - other.turn(), true
	}
	return p.part() - other.part(), true
}
