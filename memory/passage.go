package memory

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// passageLength is how many code points a passage aims at: a few sentences,
// well within what the embedding model reads at once.
const passageLength = 400

// span is a half-open range of code points.
type span struct{ start, end int }

// cutPassages cuts a text into passages at sentence edges (Unicode UAX 29). A
// sentence that is longer than a passage is cut at a word, or hard if it has
// none. Passages hold no space at their edges; together they hold every other
// character, and they do not overlap.
func cutPassages(text string) []span {
	var passages []span
	var open span // grows until the next piece does not fit
	for _, piece := range pieces(text) {
		if open.end > open.start && piece.end-open.start > passageLength {
			passages = append(passages, open)
			open = piece
			continue
		}
		if open.end == open.start {
			open.start = piece.start
		}
		open.end = piece.end
	}
	if open.end > open.start {
		passages = append(passages, open)
	}
	runes := []rune(text)
	trimmed := passages[:0]
	for _, p := range passages {
		part := string(runes[p.start:p.end])
		left := strings.TrimLeftFunc(part, unicode.IsSpace)
		p.start += utf8.RuneCountInString(part) - utf8.RuneCountInString(left)
		p.end = p.start + utf8.RuneCountInString(strings.TrimRightFunc(left, unicode.IsSpace))
		if p.end > p.start {
			trimmed = append(trimmed, p)
		}
	}
	return trimmed
}

// pieces are the sentences of a text, those that are too long for a passage cut
// again at words.
func pieces(text string) []span {
	var all []span
	at, state := 0, -1
	for len(text) > 0 {
		var sentence string
		sentence, text, state = uniseg.FirstSentenceInString(text, state)
		length := utf8.RuneCountInString(sentence)
		if length <= passageLength {
			all = append(all, span{at, at + length})
		} else {
			all = append(all, words(sentence, at)...)
		}
		at += length
	}
	return all
}

func words(sentence string, at int) []span {
	var all []span
	open := span{at, at}
	state := -1
	for len(sentence) > 0 {
		var word string
		word, sentence, state = uniseg.FirstWordInString(sentence, state)
		for length := utf8.RuneCountInString(word); length > 0; {
			room := passageLength - (open.end - open.start)
			if length > room && open.end > open.start {
				all = append(all, open)
				open = span{open.end, open.end}
				continue
			}
			take := min(length, room)
			open.end += take
			length -= take
		}
	}
	return append(all, open)
}
