// Package memory keeps what a leader said and what she decided, in PostgreSQL
// with pgvector, and is the only package that knows SQL.
//
// It keeps true: every row with words belongs to one Person, whose id comes
// first in every call and every key; a Quote is a span that exists in a
// Reflection, never retyped text; what a role of the database has no business
// writing, it has no grant to write.
//
// It refuses to decide anything: what is worth recalling, asking or keeping is
// the business of package coach and of the leader.
package memory
