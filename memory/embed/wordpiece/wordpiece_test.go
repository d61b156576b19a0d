package wordpiece_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"innerwork/memory/embed/wordpiece"
)

// small is a whole tokenizer.json with a vocabulary that a reader can hold.
const small = `{
	"normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
	"pre_tokenizer": {"type": "BertPreTokenizer"},
	"model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 8,
		"vocab": {"[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "lead": 4, "##er": 5, "##s": 6, "cafe": 7, "[": 8, "]": 9, "sep": 10, "愛": 11, "$": 12, "##ers": 13}}
}`

func TestIDs(t *testing.T) {
	t.Parallel()
	tokenizer, err := wordpiece.New(strings.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text string
		limit      int
		want       []int64
	}{
		{"nothing", "", 8, []int64{2, 3}},
		{"the longest piece wins", "leaders", 8, []int64{2, 4, 13, 3}},
		{"capitals and accents", "LEAD Café cafe\u0301", 8, []int64{2, 4, 7, 7, 3}},
		{"an unknown part makes the word unknown", "leadx lead", 8, []int64{2, 1, 4, 3}},
		{"too long a word", "leaderss leadersss", 8, []int64{2, 4, 13, 6, 1, 3}},
		{"a control token is text", "[SEP]", 8, []int64{2, 8, 10, 9, 3}},
		{"ideographs stand apart", "lead愛愛s", 8, []int64{2, 4, 11, 11, 1, 3}},
		{"signs stand apart", "lead$lead", 8, []int64{2, 4, 12, 4, 3}},
		{"what has no shape is dropped", "le\u200bad\u0000 \ufefflead", 8, []int64{2, 4, 4, 3}},
		{"bytes that are not UTF-8 are dropped", "le\xffad", 8, []int64{2, 4, 3}},
		{"the limit counts the frame", "lead lead lead", 4, []int64{2, 4, 4, 3}},
		{"the limit cuts inside a word", "lead leaders", 4, []int64{2, 4, 4, 3}},
		{"exactly the limit", "lead lead", 4, []int64{2, 4, 4, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := tokenizer.IDs(c.text, c.limit); !slices.Equal(got, c.want) {
				t.Errorf("IDs(%q, %d) = %v, want %v", c.text, c.limit, got, c.want)
			}
		})
	}
}

func TestNewRefusesOthers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new string }{
		{"a cased model", `"lowercase": true`, `"lowercase": false`},
		{"accents kept", `"strip_accents": null`, `"strip_accents": false`},
		{"byte pairs", `"WordPiece"`, `"BPE"`},
		{"another normalizer", `"BertNormalizer"`, `"NFKC"`},
		{"no frame", `"[CLS]": 2,`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			changed := strings.Replace(small, c.old, c.new, 1)
			if changed == small {
				t.Fatalf("%q is not in the tokenizer", c.old)
			}
			if _, err := wordpiece.New(strings.NewReader(changed)); !errors.Is(err, wordpiece.ErrUnsupported) {
				t.Errorf("New = %v, want ErrUnsupported", err)
			}
		})
	}
	if _, err := wordpiece.New(strings.NewReader("{")); err == nil {
		t.Error("half a file was taken for a tokenizer")
	}
}

func FuzzIDs(f *testing.F) {
	tokenizer, err := wordpiece.New(strings.NewReader(small))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("Café [SEP] 愛 \xff\u0000")
	f.Fuzz(func(t *testing.T, text string) {
		ids := tokenizer.IDs(text, 16)
		if len(ids) < 2 || len(ids) > 16 || ids[0] != 2 || ids[len(ids)-1] != 3 {
			t.Fatalf("%q: %v has no frame or is too long", text, ids)
		}
		if slices.Contains(ids[1:len(ids)-1], 2) || slices.Contains(ids[1:len(ids)-1], 3) {
			t.Fatalf("%q: %v has a control token inside", text, ids)
		}
	})
}
