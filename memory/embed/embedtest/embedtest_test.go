package embedtest_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"innerwork/memory/embed"
	"innerwork/memory/embed/embedtest"
)

func TestWords(t *testing.T) {
	t.Parallel()
	var e embedtest.Words
	vector := func(text string) []float32 {
		v, err := e.Passage(t.Context(), text)
		if err != nil {
			t.Fatalf("Passage(%q): %v", text, err)
		}
		if square := dot(v, v); len(v) != e.Dimension() || math.Abs(square-1) > 1e-5 {
			t.Fatalf("Passage(%q): %d numbers of squared length %v", text, len(v), square)
		}
		return v
	}
	if !slices.Equal(vector("Trusting my team"), vector("trusted, my teams!")) {
		t.Error("forms of the same words have different vectors")
	}
	near := dot(vector("I trusted the team with the plan"), vector("do I trust my team"))
	far := dot(vector("I trusted the team with the plan"), vector("winter came early"))
	if near <= far {
		t.Errorf("shared words give %v, none give %v", near, far)
	}
	vector("?!")
	query, err := e.Query(t.Context(), "a loss")
	if err != nil || !slices.Equal(query, vector("a loss")) {
		t.Errorf("Query = %v, %v; want what Passage gives", query, err)
	}
	if _, err := e.Query(t.Context(), " \n"); !errors.Is(err, embed.ErrEmpty) {
		t.Errorf("Query of nothing: %v, want ErrEmpty", err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Query(over, "late"); !errors.Is(err, context.Canceled) {
		t.Errorf("Query after its time: %v, want Canceled", err)
	}
}

func dot(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}
