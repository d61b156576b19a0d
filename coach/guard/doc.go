// Package guard decides which sentences of a model reach a leader.
//
// It keeps true: a sentence passes only as an open question that hides no deed
// and takes nothing for granted, as a mirror made of her words in this
// conversation, as a handle that the server turns into her exact words, or as
// one of the coach's own process sentences. Everything else is dropped and
// counted, whatever it says and whoever asked for it: there is no list of bad
// sentences, only grammar and words that are known to be empty or to be hers.
// Of a longer sentence the one question that stands by itself may pass alone.
//
// It refuses to understand, to score, to rewrite and to remember. It reads no
// clock, no file and no network, and it never lets a sentence through because
// it could not tell.
package guard
