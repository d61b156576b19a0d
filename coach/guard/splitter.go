package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Splitter turns streamed text into whole sentences, each as soon as its last
// mark has come: she does not wait for a model to think of the next word. Where
// only the next word would tell (an abbreviation, a number, an open quotation)
// it waits for that. It works rune by rune, so how the stream was cut makes no
// difference. What a model thinks aloud
// between <think> and </think> is thrown away, also when the end never comes.
// Memory is bounded: of an endless sentence only the beginning is kept, long
// enough that the guard drops it as too long. The zero value is ready.
type Splitter struct {
	partial []byte          // the start of a rune that a chunk has cut
	text    strings.Builder // the sentence so far
	size    int             // runes in text
	tag     []rune          // a tag that may begin or end thinking
	hidden  bool            // inside thinking
	gap     []rune          // blanks after a mark, waiting for what follows
	ended   bool            // text ends with a mark, perhaps a sentence's end
	over    bool            // the sentence before was let go at its mark: more marks are still its
	out     []string
}

const (
	keepRunes = 4096 // of one sentence
	longTag   = 16
)

// Feed takes the next piece of the stream and returns the sentences that it
// completes.
func (s *Splitter) Feed(chunk string) []string {
	for i := 0; i < len(chunk); i++ {
		s.partial = append(s.partial, chunk[i])
		if !utf8.FullRune(s.partial) {
			continue
		}
		for len(s.partial) > 0 && utf8.FullRune(s.partial) {
			c, n := utf8.DecodeRune(s.partial)
			s.partial = append(s.partial[:0], s.partial[n:]...)
			s.rune(c)
		}
	}
	return s.take()
}

// Flush ends the stream and returns what is left.
func (s *Splitter) Flush() []string {
	for range s.partial {
		s.rune(utf8.RuneError)
	}
	s.partial = nil
	s.release(s.tag)
	s.tag = nil
	s.end()
	return s.take()
}

func (s *Splitter) take() []string {
	out := s.out
	s.out = nil
	return out
}

var thinking = set("think thinking thought thoughts reasoning reflection analysis scratchpad")

// rune hides what stands between tags of thinking and passes on the rest.
func (s *Splitter) rune(c rune) {
	switch {
	case invisible(c):
		return
	case c == '<':
		s.release(s.tag)
		s.tag = append(s.tag[:0], c)
	case len(s.tag) > 0 && c == '>':
		name := strings.ToLower(strings.TrimSpace(string(s.tag[1:])))
		closes := strings.HasPrefix(name, "/")
		name = strings.TrimSpace(strings.TrimPrefix(name, "/"))
		switch {
		case thinking[name] && closes:
			if !s.hidden { // the opening tag was in the template: all so far was thinking
				s.reset()
			}
			s.hidden = false
		case thinking[name]:
			s.end()
			s.hidden = true
		default:
			s.release(append(s.tag, c))
		}
		s.tag = s.tag[:0]
	case len(s.tag) > 0:
		s.tag = append(s.tag, c)
		if len(s.tag) > longTag || !(unicode.IsLetter(c) || c == '/' || c == ' ') {
			s.release(s.tag)
			s.tag = s.tag[:0]
		}
	default:
		s.release([]rune{c})
	}
}

func (s *Splitter) release(cs []rune) {
	if s.hidden {
		return
	}
	for _, c := range cs {
		s.visible(c)
	}
}

// visible adds one rune to the sentence, or finds that it begins the next one.
func (s *Splitter) visible(c rune) {
	if c == '\r' {
		c = '\n'
	}
	if unicode.IsSpace(c) {
		s.over = false
		switch {
		case s.size == 0:
		case len(s.gap) < 3 || c == '\n' && !strings.ContainsRune(string(s.gap), '\n'):
			s.gap = append(s.gap, c)
		case c == '\n' && strings.Count(string(s.gap), "\n") < 2:
			s.gap = append(s.gap, c)
		}
		if s.ended && isHandle(s.text.String()) {
			s.end()
		}
		return
	}
	if s.over && strings.ContainsRune(marks+closers, c) {
		return
	}
	s.over = false
	if s.size > 0 && s.breaks(c) {
		s.end()
	}
	if len(s.gap) > 0 && s.size > 0 {
		s.keep(' ')
	}
	s.gap = s.gap[:0]
	s.keep(c)
	switch {
	case strings.ContainsRune("。！？", c):
		s.ended = true
	case strings.ContainsRune(marks, c):
		s.ended = true
	case strings.ContainsRune(closers, c) && s.ended:
	case c == ']' && isHandle(s.text.String()):
		s.ended = true
	default:
		s.ended = false
	}
	if s.ended && certain(s.text.String()) {
		s.end()
		s.over = true
	}
}

const marks = ".!?…"

// certain says whether a text that ends with a mark is a whole sentence,
// whatever comes next.
func certain(text string) bool {
	if isHandle(text) || strings.Count(text, `"`)%2 == 1 || strings.HasPrefix(text, "'") {
		return false
	}
	for open, shut := range brackets {
		if strings.Count(text, open) > strings.Count(text, shut) {
			return false
		}
	}
	body := strings.TrimRight(text, closers)
	if len(body) < len(text) {
		return false // "Why?" she asked
	}
	mark, size := utf8.DecodeLastRuneInString(body)
	if mark == '?' || mark == '!' {
		return true
	}
	word := strings.ToLower(body[strings.LastIndexAny(body, " \n\"'([-")+1 : len(body)-size])
	last, _ := utf8.DecodeLastRuneInString(word)
	return mark == '.' && unicode.IsLetter(last) && utf8.RuneCountInString(word) > 1 &&
		!strings.Contains(word, ".") && !abbreviations[word]
}

var brackets = map[string]string{"“": "”", "«": "»", "(": ")", "[": "]"}

const closers = `"'”’»)]*_`

// breaks says whether c, coming after the gap, begins a new sentence.
func (s *Splitter) breaks(c rune) bool {
	text := s.text.String()
	lines := strings.Count(string(s.gap), "\n")
	switch {
	case isHandle(text):
		return len(s.gap) > 0 || !strings.ContainsRune(".!", c)
	case lines >= 2 || lines == 1 && !unicode.IsLower(c):
		return true
	case !s.ended:
		return false
	case endsInCJK(text):
		return !strings.ContainsRune(closers+"。！？", c)
	case len(s.gap) == 0:
		return false
	}
	body := strings.TrimRight(text, closers)
	if unicode.IsLower(c) && (len(body) < len(text) || strings.HasSuffix(body, "…") || strings.HasSuffix(body, "..")) {
		return false // "Why?" she asked; well... perhaps
	}
	return !strings.HasSuffix(body, ".") || !abbreviated(body, c)
}

func endsInCJK(text string) bool {
	c, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, closers+"」』"))
	return strings.ContainsRune("。！？", c)
}

// isHandle says whether a sentence so far is a handle and nothing else.
func isHandle(text string) bool {
	return len(text) < 10 && handle.MatchString(strings.TrimSpace(text))
}

var abbreviations = set("mr mrs ms dr prof st sr jr vs etc eg ie e.g i.e a.m p.m approx dept no nr cf inc ltd co u.s u.k e.u fig vol gen sen rep gov capt col lt z.b bzw usw")

// abbreviated says whether the full stop at the end of body belongs to a word
// and not to the sentence, given the letter that follows.
func abbreviated(body string, next rune) bool {
	body = strings.TrimSuffix(body, ".")
	word := body[strings.LastIndexAny(body, " \n\"'([")+1:]
	lower := strings.ToLower(word)
	switch {
	case strings.TrimLeft(body, "0123456789 -*#>\n") == "": // "1." begins a list
		return true
	case lower == "etc" || lower == "a.m" || lower == "p.m" || lower == "no" || lower == "co" || lower == "inc" || lower == "ltd" || lower == "st":
		return unicode.IsLower(next) || (lower == "no" || lower == "st") && (unicode.IsDigit(next) || lower == "st" && unicode.IsUpper(next))
	case abbreviations[lower]:
		return true
	}
	c, n := utf8.DecodeRuneInString(word)
	return n > 0 && n == len(word) && unicode.IsUpper(c) && word != "I" && unicode.IsUpper(next) // an initial
}

func (s *Splitter) keep(c rune) {
	if s.size < keepRunes {
		s.text.WriteRune(c)
		s.size++
	}
}

// end puts the sentence so far out.
func (s *Splitter) end() {
	if text := Clean(s.text.String()); text != "" && strings.IndexFunc(text, wordy) >= 0 {
		s.out = append(s.out, text)
	}
	s.reset()
}

func (s *Splitter) reset() {
	s.text.Reset()
	s.size, s.gap, s.ended, s.over = 0, s.gap[:0], false, false
}

func wordy(c rune) bool {
	return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.Is(unicode.So, c)
}
