package journals

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// cut cuts a text that is longer than most code points into parts, each at a
// paragraph's end if there is one in its second half, else at a sentence's,
// else between characters as they are seen. The parts together are the text.
func cut(text string, most int) []string {
	var parts []string
	for utf8.RuneCountInString(text) > most {
		head := text[:offset(text, most)]
		at := edge(head)
		parts = append(parts, text[:at])
		text = text[at:]
	}
	return append(parts, text)
}

// offset is where in bytes the code points from the nth on begin.
func offset(text string, n int) int {
	for at := range text {
		if n == 0 {
			return at
		}
		n--
	}
	return len(text)
}

// edge is the last good place to end a part in.
func edge(head string) int {
	half := len(head) / 2
	for _, paragraph := range []string{"\n\n", "\r\n\r\n", "\n"} {
		if at := strings.LastIndex(head, paragraph); at >= half {
			return at + len(paragraph)
		}
	}
	// The last sentence and the last character may go on beyond the head.
	tail := half
	for !utf8.RuneStart(head[tail]) {
		tail++
	}
	return tail + lastBut(head[tail:])
}

// lastBut is the start of the last sentence of a text, or of its last character
// if it is one sentence.
func lastBut(text string) int {
	at, last, state := 0, 0, -1
	for rest := text; rest != ""; {
		var sentence string
		sentence, rest, state = uniseg.FirstSentenceInString(rest, state)
		last = at
		at += len(sentence)
	}
	if last > 0 {
		return last
	}
	at, state = 0, -1
	for rest := text; rest != ""; {
		var character string
		character, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		last = at
		at += len(character)
	}
	if last > 0 {
		return last
	}
	return len(text)
}
