package main

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"innerwork/coach/coachtest"
)

// D9: the same conversation in two tabs on each of two devices, while she
// speaks now here, now there, and sometimes over a reply.
func TestD9TwoTabsTwoDevices(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	data := newData(t)
	model := coachtest.NewUpstream(unhurried(seed))
	t.Cleanup(model.Close)
	p := start(t, setup{data: data, env: []string{"OPENAI_BASE_URL=" + model.URL(), "OPENAI_MODEL=scripted"}})
	laptop := firstLeader(p)
	phone := signIn(p)
	c := laptop.begin()

	const tabs = 4
	var pages []*wanderer
	var all sync.WaitGroup
	ended := make(chan string, 1000) // the message of each reply that ended, as the first tab sees it
	for n := range tabs {
		page := newWanderer(t, []*person{laptop, phone}[n/2], func() string { return "" }, c)
		pages = append(pages, page)
		h, looked := page.histories[c], 0
		all.Go(func() {
			err := page.visit(func() (closed bool) {
				for ; looked < len(h.events); looked++ {
					e := decoded(t, h.events[looked])
					if n == 0 && kind("end")(e) {
						ended <- field(e, "reply", "reflection")
					}
					closed = e["stage"] == "closed"
				}
				return closed
			})
			if err != nil {
				t.Errorf("tab %d: %v", n, err)
			}
		})
	}
	<-ended // the opening
	speakers := []*socket{laptop.socket(), phone.socket()}
	rounds := runs(6, 40)
	over := 0
	for n := range rounds {
		last := newID()
		speakers[chance.IntN(2)].say(c, last, herWords)
		if n < rounds-1 && chance.IntN(3) == 0 { // over the reply, once it is under way
			over++
			timer := time.NewTimer(time.Duration(chance.IntN(1000)) * time.Millisecond)
			<-timer.C
			continue
		}
		for id := range ended {
			if id == last {
				break
			}
		}
	}
	phone.want(200, "POST", "/api/conversations/"+c+"/close", frame{})
	all.Wait()

	result := outcome{Runs: rounds}
	fresh := pages[0].fresh(p.address)
	rows := superuser(t, data)
	for n, page := range pages {
		result.Lost += page.faults.Lost
		result.Doubled += page.faults.Doubled
		h := page.histories[c]
		if len(h.events) < len(pages[0].histories[c].events) {
			t.Errorf("tab %d has %d events, the first has %d", n, len(h.events), len(pages[0].histories[c].events))
			result.Lost++
			continue
		}
		for i, raw := range pages[0].histories[c].events {
			if !bytes.Equal(raw, h.events[i]) {
				result.Lost++
				t.Errorf("tab 0: %s\ntab %d: %s", raw, n, h.events[i])
			}
		}
	}
	acknowledged := map[string]string{}
	for _, raw := range fresh.histories[c].events {
		if id := field(decoded(t, raw), "said", "id"); id != "" {
			acknowledged[id] = herWords
		}
	}
	if len(acknowledged) != rounds {
		t.Errorf("%d messages are there, want %d", len(acknowledged), rounds)
	}
	compareStored(t, rows, c, pages[0].histories[c], fresh.histories[c], acknowledged, &result)
	t.Logf("%d messages, %d spoken over, %d events in each of %d tabs", rounds, over, len(fresh.histories[c].events), tabs)
	soaked.add(t, "D9", result)
}
