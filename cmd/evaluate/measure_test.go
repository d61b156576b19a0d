package main

import (
	"math/rand/v2"
	"strings"
	"testing"

	"innerwork/coach/guard"
)

func TestJoinedTurnsKeepTextAndCodes(t *testing.T) {
	t.Parallel()
	d := dialogue{Turns: []turn{
		{"leader", "One.", nil}, {"leader", "Two.", nil}, {"helper", "Three?", []string{"question_open"}}, {"helper", "Go.", []string{"advice"}},
	}}
	got := d.joined()
	if len(got) != 2 || got[0].Text != "One. Two." || got[1].Text != "Three? Go." || len(got[1].Codes) != 2 {
		t.Errorf("joined to %+v", got)
	}
	if len(d.Turns[2].Codes) != 1 {
		t.Error("joining changed the dialogue")
	}
}

func TestGroupsPartTheCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ codes, want string }{
		{"advice", "steer_only"}, {"options information other", "steer_only"}, {"negotiation question_open", "steer_mixed"},
		{"information other", "information_only"}, {"question_open reflection_simple", "question_open reflection_simple"},
		{"information question_open", ""}, {"other", ""},
	} {
		var got []string
		for _, g := range groups {
			if g.has(read(strings.Fields(c.codes))) {
				got = append(got, g.code)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q belongs to %q, want %q", c.codes, got, c.want)
		}
	}
}

func TestPartsAreSpansOfTheText(t *testing.T) {
	t.Parallel()
	d := &draw{Rand: rand.New(rand.NewPCG(1, 0))}
	const text = "I  never said\tthat I would go there again"
	for range 500 {
		if p := d.part(text); !strings.Contains(text, p) || len(strings.Fields(p)) < 4 {
			t.Fatalf("%q is no part of the text", p)
		}
	}
	if got := d.around(text, denied); got != "I said that I" {
		t.Errorf("without its negation: %q", got)
	}
}

func TestReachesAsksTheGuard(t *testing.T) {
	t.Parallel()
	said := guard.Heard{Said: []string{"I hide in my office."}}
	for text, want := range map[string]bool{
		"You hide in your office.": true, "What happens in your office?": true, "Leave the door open.": false,
		"Leave the door open. What happens in your office?": true,
	} {
		if got := reaches(text, said); got != want {
			t.Errorf("%q reaches her: %v, want %v", text, got, want)
		}
	}
}
