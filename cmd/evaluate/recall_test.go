package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"innerwork/memory"
)

func TestMeasuresOfOneQuestion(t *testing.T) {
	t.Parallel()
	a, b, c := newID(), newID(), newID()
	var m measures
	m.add([]memory.ID{c, a}, []memory.ID{a, b})
	if m.at10 != .5 || m.hit1 != 0 || m.hit3 != 1 || m.hit10 != 1 {
		t.Errorf("%+v", m)
	}
	if want := (1 / math.Log2(3)) / (1 + 1/math.Log2(3)); math.Abs(m.ndcg-want) > 1e-9 {
		t.Errorf("ndcg %v, want %v", m.ndcg, want)
	}
	m.add(nil, []memory.ID{a})
	if m.of(m.at10) != .25 {
		t.Errorf("mean %v", m.of(m.at10))
	}
}

func TestConversationsAreRead(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "made.json")
	made := `[{"conversation": {"speaker_a": "Ines", "speaker_b": "Rui",
		"session_2": [{"speaker": "Rui", "dia_id": "D2:1", "text": "Cold.", "blip_caption": "a glacier"}], "session_2_date_time": "1:05 pm on 9 May, 2023",
		"session_1": [{"speaker": "Ines", "dia_id": "D1:1", "text": "Hello."}, {"speaker": "Rui", "dia_id": "D1:2", "text": "Yes."}],
		"session_1_date_time": "1:05 pm on 8 May, 2023"},
		"qa": [{"question": "How was it for Rui?", "category": 1, "evidence": ["D1:02; D:2:1", "D9:9"]}, {"question": "None?", "category": 5, "evidence": ["D9:9"]}]}]`
	if err := os.WriteFile(file, []byte(made), 0o600); err != nil {
		t.Fatal(err)
	}
	pasts, err := readLocomo(file)
	if err != nil || len(pasts) != 1 {
		t.Fatalf("%d, %v", len(pasts), err)
	}
	p := pasts[0]
	if len(p.turns) != 3 || p.turns[2].Text != "Cold. [a glacier]" || p.turns[2].Label != "Rui" || p.turns[1].Turn != 1 ||
		p.turns[0].Thread != p.turns[1].Thread || p.turns[1].Thread == p.turns[2].Thread || p.turns[2].At.Day() != 9 {
		t.Errorf("turns %+v", p.turns)
	}
	if len(p.asks) != 1 || len(p.asks[0].evidence) != 2 || p.asks[0].evidence[0] != p.turns[1].ID || p.asks[0].evidence[1] != p.turns[2].ID {
		t.Errorf("asks %+v", p.asks)
	}
	if got := renamed(p.asks[0].text, p.speakers, []string{"Ana", "Leo"}); got != "How was it for Leo?" {
		t.Errorf("renamed %q", got)
	}
}
