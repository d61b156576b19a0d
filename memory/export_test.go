package memory

// Turns makes every hash of a password wait for the test: it receives when one
// begins, and sends to let it end.
func (s *Store) Turns() chan struct{} {
	s.passwords.slot = make(chan struct{})
	return s.passwords.slot
}

// TriesAllowed is how many tries a name has.
const TriesAllowed = tries

// HashOfNobody is what a password for an unknown name is compared with.
func (s *Store) HashOfNobody() string { return s.passwords.none }

// Wordless lists the tables without row-level security.
func Wordless() []string { return wordless }
