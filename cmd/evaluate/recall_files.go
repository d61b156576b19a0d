package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"innerwork/memory"
)

// Evidence names turns as D1:2, several in a string.
var (
	evidenceID  = regexp.MustCompile(`^D:?(\d+):0*(\d+)$`)
	betweenThem = regexp.MustCompile(`[;\s]+`)
)

// readLocomo reads conversations of many sessions. A session is a thread, the
// speaker is the label, and what a picture shows is a part of the turn.
func readLocomo(path string) ([]past, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Conversation map[string]json.RawMessage
		QA           []struct {
			Question string
			Category int
			Evidence []string
		}
	}
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, fmt.Errorf("%s: not the JSON that is expected", path)
	}
	var pasts []past
	for n, row := range rows {
		p := past{}
		ids := map[string]memory.ID{}
		for _, who := range []string{"speaker_a", "speaker_b"} {
			var name string
			if json.Unmarshal(row.Conversation[who], &name) != nil {
				return nil, fmt.Errorf("%s, conversation %d: no %s", path, n+1, who)
			}
			p.speakers = append(p.speakers, name)
		}
		for number := 1; number <= len(row.Conversation); number++ {
			raw, ok := row.Conversation[fmt.Sprint("session_", number)]
			if !ok {
				continue
			}
			var date string
			var turns []struct {
				Speaker string
				ID      string `json:"dia_id"`
				Text    string
				Caption string `json:"blip_caption"`
			}
			err := json.Unmarshal(raw, &turns)
			if err == nil {
				err = json.Unmarshal(row.Conversation[fmt.Sprintf("session_%d_date_time", number)], &date)
			}
			at, late := time.Parse("3:04 pm on 2 January, 2006", date)
			if err != nil || late != nil {
				return nil, fmt.Errorf("%s, conversation %d, session %d: not as expected", path, n+1, number)
			}
			thread := newID()
			for i, t := range turns {
				if t.Caption != "" {
					t.Text += " [" + t.Caption + "]"
				}
				id := newID()
				ids[plain(t.ID)] = id
				p.turns = append(p.turns, memory.NewImported{ID: id, Text: t.Text, At: at.Add(time.Duration(i) * time.Second), Zone: "UTC",
					Label: t.Speaker, Thread: thread, Turn: i})
			}
		}
		for _, q := range row.QA {
			a := ask{text: q.Question, category: q.Category}
			seen := map[string]bool{}
			for _, e := range q.Evidence {
				for _, part := range betweenThem.Split(e, -1) {
					if id, ok := ids[plain(part)]; ok && !seen[plain(part)] {
						seen[plain(part)] = true
						a.evidence = append(a.evidence, id)
					}
				}
			}
			if len(a.evidence) > 0 {
				p.asks = append(p.asks, a)
			}
		}
		pasts = append(pasts, p)
	}
	return pasts, nil
}

// plain is an id of a turn in its one form; "" for what is none.
func plain(id string) string {
	m := evidenceID.FindStringSubmatch(id)
	if m == nil {
		return ""
	}
	session, _ := strconv.Atoi(m[1])
	turn, _ := strconv.Atoi(m[2])
	return fmt.Sprintf("%d:%d", session, turn)
}

// readQMSum reads meetings; each is one thread.
func readQMSum(path string) ([]past, error) {
	rows, err := readLines[struct {
		Turns []struct{ Speaker, Content string } `json:"meeting_transcripts"`
		Asks  []struct {
			Query string
			Spans [][2]json.Number `json:"relevant_text_span"`
		} `json:"specific_query_list"`
	}](path)
	if err != nil {
		return nil, err
	}
	var pasts []past
	for n, row := range rows {
		p := past{}
		thread := newID()
		ids := make([]memory.ID, len(row.Turns))
		start := time.Date(2000, 1, 1, 9, 0, 0, 0, time.UTC)
		for i, t := range row.Turns {
			ids[i] = newID()
			if strings.TrimSpace(t.Content) == "" {
				continue
			}
			p.turns = append(p.turns, memory.NewImported{ID: ids[i], Text: t.Content, At: start.Add(time.Duration(i) * time.Second), Zone: "UTC",
				Label: t.Speaker, Thread: thread, Turn: i})
		}
		for _, q := range row.Asks {
			a := ask{text: q.Query}
			for _, span := range q.Spans {
				from, err := span[0].Int64()
				to, err2 := span[1].Int64()
				if err != nil || err2 != nil || from < 0 || int(to) >= len(ids) {
					return nil, fmt.Errorf("%s, line %d: a span outside the meeting", path, n+1)
				}
				a.evidence = append(a.evidence, ids[from:to+1]...)
			}
			p.asks = append(p.asks, a)
		}
		pasts = append(pasts, p)
	}
	return pasts, nil
}

// renamed puts one conversation's names in the place of another's.
func renamed(text string, from, to []string) string {
	var pairs []string
	for i := range from {
		pairs = append(pairs, from[i], to[i])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
