package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"innerwork/coach/gate"
	"innerwork/coach/guard"
	"innerwork/memory"
)

// Every sentence of a reply reaches the reader only if the guard lets it
// through as it stands, and that is so only after her own words.
func TestGuardLetsTheMirrorsThrough(t *testing.T) {
	t.Parallel()
	for n := range 2 {
		said := []string{hers(toldBy(n)), "This is turn 7, and I am listening."}
		reply := guard.New(guard.ProcessSentences()).Begin(guard.Heard{Said: said})
		for _, sentence := range toldBy(n) {
			if length := utf8.RuneCountInString(sentence); length != 100 {
				t.Errorf("%d characters: %s", length, sentence)
			}
			v := reply.Sentence(sentence)
			if !v.Pass || v.Kind != memory.KindMirror || v.Text != sentence {
				t.Errorf("%+v: %s", v, sentence)
			}
		}
		if reply.Full() {
			t.Error("the reply is cut before the model has finished")
		}
	}
	if reply := guard.New(nil).Begin(guard.Heard{Said: []string{"I am listening."}}); reply.Sentence(mirrors[0]).Pass {
		t.Error("a sentence passes that is not hers")
	}
}

// What is said here must be answered by the model, not by the help text.
func TestGateIsQuiet(t *testing.T) {
	t.Parallel()
	texts := []string{hers(toldBy(0)), hers(toldBy(1)), "This is turn 7, and I am listening."}
	m := newMaker()
	for n := range uint64(10) {
		texts = append(texts, m.said(n))
	}
	for _, text := range texts {
		if s := new(gate.Gate).Check(t.Context(), text); s.Kind != gate.None {
			t.Errorf("%v: %s", s.Kind, text)
		}
	}
}

// The upstream knows a call by its last message, which must come as it was said.
func TestWhatIsMadeStaysAsItIs(t *testing.T) {
	t.Parallel()
	m, again := newMaker(), newMaker()
	seen := map[string]bool{}
	for n := range uint64(2_000) {
		text := m.written(n)
		if text != again.written(n) || guard.Clean(text) != text || seen[text] {
			t.Fatalf("%d: %q", n, text)
		}
		seen[text] = true
	}
}

func TestTokensMakeUpTheSentences(t *testing.T) {
	t.Parallel()
	s := newScript(toldBy(0)...)
	var said strings.Builder
	var wire bytes.Buffer
	var ended []int
	for _, token := range s.tokens {
		wire.Write(token.event)
		data := strings.TrimSuffix(strings.TrimPrefix(string(token.event), "data: "), "\n\n")
		var chunk struct {
			Choices []struct{ Delta struct{ Content string } }
		}
		if err := json.Unmarshal([]byte(data), &chunk); err != nil {
			t.Fatal(err)
		}
		said.WriteString(chunk.Choices[0].Delta.Content)
		if token.ends < 0 {
			continue
		}
		ended = append(ended, wire.Len())
		if whole := strings.Join(s.sentences[:token.ends+1], " "); said.String() != whole {
			t.Errorf("at the end of sentence %d was said %q, want %q", token.ends, said.String(), whole)
		}
	}
	if len(ended) != perReply {
		t.Fatalf("%d sentences ended, want %d", len(ended), perReply)
	}
	for n, end := range s.ends() {
		if end != ended[n] {
			t.Errorf("sentence %d ends at byte %d, want %d", n, end, ended[n])
		}
	}
}

func TestStreamKnowsItsSentences(t *testing.T) {
	t.Parallel()
	s := newStream(nil, "", newScript(toldBy(0)...), nil, 0)
	at := time.Now()
	for n := range s.sent {
		s.sent[n] = at
	}
	s.sentence(mirrors[1], 240, at.Add(2*time.Millisecond))
	s.sentence(mirrors[1], 240, at.Add(9*time.Millisecond))
	s.sentence(mirrors[3], 260, at.Add(3*time.Millisecond))
	s.sentence("What now?", 150, at)
	if s.lost() != 3 || s.doubled != 1 || s.strange != 1 || s.frames != 500 || s.text != 200 {
		t.Errorf("%d lost, %d doubled, %d strange, %d bytes for %d", s.lost(), s.doubled, s.strange, s.frames, s.text)
	}
	if got := s.delays(); len(got) != 2 || got[0] != 2*time.Millisecond || got[1] != 3*time.Millisecond {
		t.Errorf("delays %v", got)
	}
}

// A sentence has come through the proxy with its last byte, and not before.
func TestStreamCountsBytes(t *testing.T) {
	t.Parallel()
	s := newStream(nil, "", newScript(toldBy(0)...), nil, 0)
	ends, at := s.script.ends(), time.Now()
	s.bytes(ends[0]-1, ends, at)
	if s.lost() != perReply {
		t.Error("half a sentence counts")
	}
	s.bytes(ends[1], ends, at)
	s.bytes(ends[2]-1, ends, at.Add(time.Second))
	if s.lost() != perReply-2 || s.arrived[1] != at {
		t.Errorf("%d lost, the second came at %v", s.lost(), s.arrived[1])
	}
}
