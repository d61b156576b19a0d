package memory

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words that change whether, how surely, or to whose mind a clause is true. A
// span that left one of them out would say something else than she said.
var turning = strings.Fields(`not never no nobody none nothing neither nor nowhere without hardly barely scarcely rarely seldom cannot
	maybe perhaps probably possibly apparently supposedly might may could would should ought must
	almost nearly sometimes occasionally only except`)

// Words that say so of the clause that follows them.
var governing = strings.Fields(`think thought guess suppose believe believed wonder doubt seem seems seemed imagine pretend pretended
	say says said tell tells told claim claims claimed ask asks asked
	want wanted wish wished hope hoped fear afraid try tried fail failed stop stopped quit used refuse refused`)

// Words that make one clause hang on another.
var hanging = strings.Fields("if unless whether until provided suppose")

var joining = strings.Fields("but and or because so although though while")

// wholeClauses widens each of her choices to its clause, before anything is made
// of it. What lies outside its reflection is left for the schema to refuse.
func (t *tx) wholeClauses(ctx context.Context, quotes []Quote) ([]Quote, error) {
	ids := make([]ID, len(quotes))
	for i, q := range quotes {
		ids[i] = q.Reflection
	}
	reflections, err := inside(ctx, t, (*batch).reflections, ids...)
	if err != nil {
		return nil, err
	}
	quotes = slices.Clone(quotes)
	for i, q := range quotes {
		r := reflections[q.Reflection]
		if r == nil || q.Start < 0 || q.End <= q.Start || q.End > utf8.RuneCountInString(r.Text) {
			continue
		}
		quotes[i].Start, quotes[i].End = WholeClause(r.Text, q.Start, q.End)
	}
	return quotes, nil
}

// WholeClause widens a span of a text, in code points, so that it cuts no word
// and leaves out no negation, hedge or condition of the clause it stands in. A
// span that needs none of this stays as it is.
func WholeClause(text string, start, end int) (from, to int) {
	points := []rune(text)
	start, end = max(0, min(start, len(points))), max(0, min(end, len(points)))
	if start >= end {
		return start, end
	}
	for start > 0 && inWord(points, start-1) && inWord(points, start) {
		start--
	}
	for end < len(points) && inWord(points, end-1) && inWord(points, end) {
		end++
	}
	words := clauseWords(points)
	before, sentence := start, start // where the clause and the sentence begin
	for before > 0 && !ends(points, before-1) && !joins(words, before) {
		before--
	}
	for sentence > 0 && !endsSentence(points, sentence-1) {
		sentence--
	}
	after, last := end, end
	for after < len(points) && !ends(points, after) && !(after > end && joins(words, after)) {
		after++
	}
	for last < len(points) && !endsSentence(points, last) {
		last++
	}
	switch {
	case anyWord(words, sentence, start, hanging):
		start = firstWord(words, sentence)
	case anyWord(words, before, start, turning) || anyWord(words, before, start, governing):
		start = firstWord(words, before)
	}
	switch {
	case anyWord(words, end, last, hanging):
		end = last
	case anyWord(words, end, after, turning):
		end = after
	}
	for start < end && unicode.IsSpace(points[start]) {
		start++
	}
	for end > start && unicode.IsSpace(points[end-1]) {
		end--
	}
	return start, end
}

func firstWord(words []clauseWord, from int) int {
	i := slices.IndexFunc(words, func(w clauseWord) bool { return w.start >= from })
	return words[i].start // there is one: it is what the span is widened for
}

type clauseWord struct {
	start, end int
	low        string
}

func clauseWords(points []rune) (all []clauseWord) {
	for i := 0; i < len(points); i++ {
		if !inWord(points, i) {
			continue
		}
		j := i
		for j < len(points) && inWord(points, j) {
			j++
		}
		low := strings.ReplaceAll(strings.ToLower(string(points[i:j])), "’", "'")
		all = append(all, clauseWord{i, j, low})
		i = j
	}
	return all
}

// inWord counts an apostrophe between letters to the word.
func inWord(points []rune, i int) bool {
	letter := func(i int) bool {
		return i >= 0 && i < len(points) && (unicode.IsLetter(points[i]) || unicode.IsDigit(points[i]))
	}
	return letter(i) || (points[i] == '\'' || points[i] == '’') && letter(i-1) && letter(i+1)
}

// ends says whether a clause ends with a point.
func ends(points []rune, i int) bool {
	return endsSentence(points, i) || strings.ContainsRune(",;:–—()", points[i])
}

func endsSentence(points []rune, i int) bool {
	return points[i] == '\n' || strings.ContainsRune(".!?…", points[i]) && (i+1 == len(points) || !inWord(points, i+1))
}

// joins says whether a clause begins at a point, by a word that joins it to the
// one before.
func joins(words []clauseWord, at int) bool {
	return slices.ContainsFunc(words, func(w clauseWord) bool { return w.start == at && slices.Contains(joining, w.low) })
}

func anyWord(words []clauseWord, from, to int, list []string) bool {
	return slices.ContainsFunc(words, func(w clauseWord) bool {
		return w.start >= from && w.end <= to && (slices.Contains(list, w.low) || strings.HasSuffix(w.low, "n't") && slices.Contains(list, "not") ||
			strings.HasSuffix(w.low, "'d") && slices.Contains(list, "would"))
	})
}
