//go:build cgo

package embed

import "testing"

func BenchmarkQueryOf23Tokens(b *testing.B) {
	e := openReal(b)
	text := "When did I last say out loud that I did not know, and who heard it then?"
	if n := len(e.tokenizer.IDs("query: "+text, localTokens)); n != 23 {
		b.Fatalf("%d tokens, want 23", n)
	}
	for b.Loop() {
		if _, err := e.Query(b.Context(), text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPassageOf48Tokens(b *testing.B) {
	e := openReal(b)
	text := "Today I asked Ana how she would run the review, and then I kept quiet. It was hard. " +
		"She found a way that I would never have taken, and it was better than mine; I am quite proud."
	if n := len(e.tokenizer.IDs("passage: "+text, localTokens)); n != 48 {
		b.Fatalf("%d tokens, want 48", n)
	}
	for b.Loop() {
		if _, err := e.Passage(b.Context(), text); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "passages/s")
}
