// Package wordpiece turns text into the token ids of an uncased BERT model.
//
// It keeps one thing true: for every text it gives the ids that the model was
// trained with, as the model's own tokenizer.json describes them. It reads that
// one kind of file and refuses any other (cased models, byte pairs, unigrams),
// since a tokenizer that nearly fits spoils every vector and tells nobody.
// Only characters that Unicode gained or moved after the reference's tables
// were made can differ, some 570 of all 1,112,064, none of them in the
// vocabulary.
//
// What a person types is text: "[SEP]" in a sentence is five characters in
// brackets and never the control token.
package wordpiece

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ErrUnsupported is returned by New for a tokenizer of another kind.
var ErrUnsupported = errors.New("not an uncased BERT WordPiece tokenizer")

// Tokenizer is immutable and safe for concurrent use.
type Tokenizer struct {
	vocabulary   map[string]int64
	first        int64 // [CLS]
	last         int64 // [SEP]
	unknown      int64
	continuing   string // what marks a piece that goes on with a word, "##"
	longestWord  int    // in code points; a longer word is unknown
	longestPiece int    // in bytes; no piece of the vocabulary is longer
}

// file is the part of tokenizer.json that decides anything here.
type file struct {
	Normalizer struct {
		Type         string
		CleanText    bool  `json:"clean_text"`
		Chinese      bool  `json:"handle_chinese_chars"`
		StripAccents *bool `json:"strip_accents"` // nil means: as Lowercase
		Lowercase    bool
	}
	PreTokenizer struct{ Type string } `json:"pre_tokenizer"`
	Model        struct {
		Type       string
		Unknown    string `json:"unk_token"`
		Continuing string `json:"continuing_subword_prefix"`
		Longest    int    `json:"max_input_chars_per_word"`
		Vocab      map[string]int64
	}
}

// New reads a tokenizer.json.
func New(r io.Reader) (*Tokenizer, error) {
	var f file
	if err := json.NewDecoder(r).Decode(&f); err != nil {
		return nil, fmt.Errorf("read the tokenizer: %w", err)
	}
	n, m := f.Normalizer, f.Model
	if n.Type != "BertNormalizer" || !n.CleanText || !n.Chinese || !n.Lowercase ||
		(n.StripAccents != nil && !*n.StripAccents) ||
		f.PreTokenizer.Type != "BertPreTokenizer" || m.Type != "WordPiece" || m.Longest <= 0 {
		return nil, ErrUnsupported
	}
	t := &Tokenizer{vocabulary: m.Vocab, continuing: m.Continuing, longestWord: m.Longest}
	for name, id := range map[string]*int64{"[CLS]": &t.first, "[SEP]": &t.last, m.Unknown: &t.unknown} {
		v, ok := m.Vocab[name]
		if !ok {
			return nil, fmt.Errorf("%w: no %q in its vocabulary", ErrUnsupported, name)
		}
		*id = v
	}
	for piece := range m.Vocab {
		t.longestPiece = max(t.longestPiece, len(piece))
	}
	return t, nil
}

// Word is a word of a text, in small letters and without accents, and where its
// pieces stand among the ids: from First up to End.
type Word struct {
	Text       string
	First, End int
}

// IDs returns the ids of text between [CLS] and [SEP], at most limit of them in
// all (limit ≥ 2); what lies beyond is left out. Bytes that are not UTF-8 are
// dropped.
func (t *Tokenizer) IDs(text string, limit int) []int64 {
	ids, _ := t.Words(text, limit)
	return ids
}

// Words returns the ids of text as IDs does, and the words that they are of; a
// word that does not fit as a whole is left out of the words.
func (t *Tokenizer) Words(text string, limit int) (ids []int64, found []Word) {
	ids = []int64{t.first}
	for word := range words(norm.NFD.String(clean(text))) {
		first := len(ids)
		ids = t.appendPieces(ids, word)
		if len(ids) >= limit {
			ids = ids[:limit-1]
			break
		}
		found = append(found, Word{word, first, len(ids)})
	}
	return append(ids, t.last), found
}

// appendPieces cuts a word into the longest pieces of the vocabulary, from left
// to right; a word with a part that is no piece at all is unknown as a whole.
func (t *Tokenizer) appendPieces(ids []int64, word string) []int64 {
	if utf8.RuneCountInString(word) > t.longestWord {
		return append(ids, t.unknown)
	}
	before := len(ids)
	prefix := ""
	for word != "" {
		id, length := t.longest(prefix, word)
		if length == 0 {
			return append(ids[:before], t.unknown)
		}
		ids = append(ids, id)
		word = word[length:]
		prefix = t.continuing
	}
	return ids
}

// longest finds the longest piece that word starts with; 0 bytes when none does.
func (t *Tokenizer) longest(prefix, word string) (id int64, length int) {
	for length = min(len(word), t.longestPiece); length > 0; length-- {
		if id, ok := t.vocabulary[prefix+word[:length]]; ok {
			return id, length
		}
	}
	return 0, 0
}

// clean drops what has no shape, makes every white space a space, and sets
// ideographs apart, each of which the model knows as a word.
func clean(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/8)
	for _, r := range text {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			b.WriteByte(' ')
		case r == 0 || r == unicode.ReplacementChar || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co):
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.Is(ideographs, r):
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// words yields the words of decomposed text in small letters and without
// accents; a mark of punctuation is a word of its own.
func words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		var word strings.Builder
		flush := func() bool {
			if word.Len() == 0 {
				return true
			}
			w := word.String()
			word.Reset()
			return yield(w)
		}
		for _, r := range text {
			switch {
			case unicode.Is(unicode.Mn, r):
			case r == ' ':
				if !flush() {
					return
				}
			case punctuation(r):
				if !flush() || !yield(string(r)) {
					return
				}
			default:
				word.WriteRune(unicode.ToLower(r))
			}
		}
		flush()
	}
}

// punctuation is Unicode's, and every ASCII sign besides ("$", "+", "<", …).
func punctuation(r rune) bool {
	return unicode.IsPunct(r) || (r < unicode.MaxASCII && unicode.IsSymbol(r))
}

// ideographs are the blocks that BERT's vocabulary was built with; later
// extensions are not among them and must not be added.
var ideographs = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x3400, Hi: 0x4DBF, Stride: 1}, {Lo: 0x4E00, Hi: 0x9FFF, Stride: 1}, {Lo: 0xF900, Hi: 0xFAFF, Stride: 1}},
	R32: []unicode.Range32{
		{Lo: 0x20000, Hi: 0x2A6DF, Stride: 1}, {Lo: 0x2A700, Hi: 0x2B73F, Stride: 1}, {Lo: 0x2B740, Hi: 0x2B81F, Stride: 1},
		{Lo: 0x2B920, Hi: 0x2CEAF, Stride: 1}, {Lo: 0x2F800, Hi: 0x2FA1F, Stride: 1},
	},
}
