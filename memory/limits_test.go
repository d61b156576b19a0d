package memory_test

import (
	"errors"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func limited(l memory.Limits) func(*memory.Config) {
	return func(c *memory.Config) { c.Limits = l }
}

// another is a second node on the same database.
func another(t *testing.T, d *memorytest.Database, l memory.Limits, change ...func(*memory.Config)) *memory.Store {
	t.Helper()
	c := memory.Config{URL: d.URL, Limits: l}
	for _, f := range change {
		f(&c)
	}
	s, err := memory.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// later moves the minute of a person into the past.
func later(t *testing.T, d *memorytest.Database, owner memory.ID, by time.Duration) {
	t.Helper()
	d.Exec(t, `UPDATE paces SET said = ARRAY(SELECT t - $2::interval FROM unnest(said) AS t) WHERE owner = $1`, owner, by)
}

func (k *dialogue) new(text string) memory.NewSaid {
	return memory.NewSaid{ID: newID(), Conversation: k.conversation, Text: text, Zone: "UTC"}
}

// Many messages at once over two nodes and several conversations: as many get
// in as may, and each of the others leaves nothing.
func TestTheLastMessagesOfAMinuteAreRacedFor(t *testing.T) {
	t.Parallel()
	const most, tries = 7, 40
	limits := memory.Limits{MessagesAMinute: most}
	d := memorytest.Open(t, limited(limits))
	owner := d.Leader(t)
	nodes := []*memory.Store{d.Store, another(t, d, limits)}
	var talks []*dialogue
	for range 3 {
		talks = append(talks, converse(t, d, owner))
	}
	failed := make([]error, tries)
	var all sync.WaitGroup
	for i := range tries {
		k := talks[i%len(talks)]
		all.Go(func() { _, failed[i] = nodes[i%2].Say(t.Context(), owner, k.new("Once more."), k.reply()) })
	}
	all.Wait()
	in := 0
	for _, err := range failed {
		if err == nil {
			in++
			continue
		}
		refused(t, memory.CodeTooMany, err)
	}
	if in != most {
		t.Errorf("%d messages got in, want %d", in, most)
	}
	for table, want := range map[string]int{"reflections": most, "replies": most + 3, "events": most*2 + 3*2 + stopped(t, d, owner)} {
		if n := d.Count(t, `SELECT count(*) FROM `+table+` WHERE owner = $1`, owner); n != want {
			t.Errorf("%d %s, want %d", n, table, want)
		}
	}
}

// stopped counts the replies that a later message stopped, each an event.
func stopped(t *testing.T, d *memorytest.Database, owner memory.ID) int {
	return d.Count(t, `SELECT count(*) FROM replies WHERE owner = $1 AND state = 'stopped'`, owner)
}

func TestMessagesAMinute(t *testing.T) {
	t.Parallel()
	limits := memory.Limits{MessagesAMinute: 2}
	d := memorytest.Open(t, limited(limits))
	k, other := converse(t, d, d.Leader(t)), converse(t, d, d.Leader(t))
	node := another(t, d, limits)
	first, _ := k.say("One.")
	later(t, d, k.owner, 45*time.Second)
	_, lease := k.say("Two.")

	_, err := node.Say(t.Context(), k.owner, k.new("Three."), k.reply())
	refused(t, memory.CodeTooMany, err)
	if seconds := secondsIn(t, err); seconds < 1 || seconds > 15 {
		t.Errorf("it says to come back in %d s, want at most 15: %v", seconds, err)
	}
	if err := d.Renew(t.Context(), lease, time.Now().Add(time.Minute)); err != nil {
		t.Errorf("what was refused stopped the reply that ran: %v", err)
	}
	if a, err := node.Say(t.Context(), k.owner, first, k.reply()); err != nil || a.New {
		t.Errorf("a repeat is not acknowledged: %+v, %v", a, err)
	}
	if _, err := d.Say(t.Context(), other.owner, other.new("Mine."), other.reply()); err != nil {
		t.Errorf("another person is refused: %v", err)
	}
	help := k.new("This needs help.")
	help.Apart = true
	if _, err := d.Say(t.Context(), k.owner, help, k.reply()); err != nil {
		t.Errorf("what a help text answers is refused: %v", err)
	}
	later(t, d, k.owner, 30*time.Second) // the first one is out; the second and the help are in
	_, err = d.Say(t.Context(), k.owner, k.new("Too soon."), k.reply())
	refused(t, memory.CodeTooMany, err)
	later(t, d, k.owner, 31*time.Second)
	k.say("A minute later.")
	if n := d.Count(t, `SELECT cardinality(said) FROM paces WHERE owner = $1`, k.owner); n != 1 {
		t.Errorf("%d times are kept, want those of a minute", n)
	}
}

func secondsIn(t *testing.T, err error) int {
	t.Helper()
	var said *memory.Error
	if !errors.As(err, &said) {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`in (\d+) s;`).FindStringSubmatch(said.Message)
	if m == nil {
		t.Fatalf("it does not say when to come back: %q", said.Message)
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

func TestAskingAgainCountsAsAMessage(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t, limited(memory.Limits{MessagesAMinute: 1}))
	k := converse(t, d, d.Leader(t))
	_, lease := k.say("One.")
	k.end(lease, memory.Failed)
	_, err := d.Again(t.Context(), k.owner, lease.Reply, k.reply())
	refused(t, memory.CodeTooMany, err)
	later(t, d, k.owner, time.Minute)
	if _, err := d.Again(t.Context(), k.owner, lease.Reply, k.reply()); err != nil {
		t.Error(err)
	}
}

// Replies that begin at once on two nodes share what is left of a day, and no
// more.
func TestTheLastTokensOfADayAreRacedFor(t *testing.T) {
	t.Parallel()
	limits := memory.Limits{TokensADay: 1000}
	d := memorytest.Open(t, limited(limits))
	owner := d.Leader(t)
	nodes := []*memory.Store{d.Store, another(t, d, limits)}
	const tries = 12
	rooms, failed := make([]bool, tries), make([]error, tries)
	var all sync.WaitGroup
	for i := range tries {
		k := converse(t, d, owner)
		_, lease := k.say("How much is left?")
		all.Go(func() { rooms[i], failed[i] = nodes[i%2].Reserve(t.Context(), lease, memory.Cost{In: 150, Out: 50}) })
	}
	all.Wait()
	in := 0
	for i := range tries {
		if failed[i] != nil {
			t.Error(failed[i])
		}
		if rooms[i] {
			in++
		}
	}
	if in != 5 {
		t.Errorf("%d calls of 200 tokens had room in 1000", in)
	}
	if n := d.Count(t, `SELECT sum(tokens_in + tokens_out) FROM replies WHERE owner = $1`, owner); n != 1000 {
		t.Errorf("%d tokens are on the replies", n)
	}
}

func TestTokensADay(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)
	clock := func(c *memory.Config) {
		c.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	}
	limits := memory.Limits{TokensADay: 1000}
	d := memorytest.Open(t, limited(limits), clock)
	node := another(t, d, limits, clock)
	k := converse(t, d, d.Leader(t))
	// costs has a reply reserve and end, and says whether there was room.
	costs := func(most, did memory.Cost, end func(memory.Lease, memory.End) error) bool {
		t.Helper()
		_, lease := k.say("And now?")
		room, err := node.Reserve(t.Context(), lease, most)
		if err != nil {
			t.Fatal(err)
		}
		if err := end(lease, memory.End{State: memory.Complete, Reason: "finished", TokensIn: did.In, TokensOut: did.Out}); err != nil {
			t.Fatal(err)
		}
		return room
	}
	ends := func(l memory.Lease, e memory.End) error { return d.EndReply(t.Context(), l, e) }
	stops := func(l memory.Lease, e memory.End) error {
		if err := d.StopReply(t.Context(), k.owner, l.Reply); err != nil {
			return err
		}
		return d.CountUsage(t.Context(), l, e)
	}
	fails := func(l memory.Lease, e memory.End) error { e.State = memory.Failed; return ends(l, e) }

	if !costs(memory.Cost{In: 800, Out: 200}, memory.Cost{In: 300, Out: 100}, ends) {
		t.Error("the whole day has no room at its beginning")
	}
	if !costs(memory.Cost{In: 500, Out: 100}, memory.Cost{In: 150, Out: 50}, stops) {
		t.Error("what was reserved and not used is not given back")
	}
	if !costs(memory.Cost{In: 200, Out: 200}, memory.Cost{In: 200, Out: 100}, fails) {
		t.Error("no room for exactly the rest")
	}
	if costs(memory.Cost{In: 100, Out: 1}, memory.Cost{}, ends) {
		t.Error("stopped and failed replies are not counted")
	}
	said, lease := k.say("My last hundred.")
	if room, err := node.Reserve(t.Context(), lease, memory.Cost{In: 50, Out: 50}); !room || err != nil {
		t.Errorf("no room for the rest: %v", err)
	}
	if _, err := d.Forget(t.Context(), k.owner, said.ID); err != nil {
		t.Fatal(err)
	}
	if costs(memory.Cost{In: 1}, memory.Cost{}, ends) {
		t.Error("forgetting gives the day back, or a node that died costs nothing")
	}
	other := converse(t, d, d.Leader(t))
	_, hers := other.say("I have my own.")
	if room, err := d.Reserve(t.Context(), hers, memory.Cost{In: 1000}); !room || err != nil {
		t.Errorf("another person pays: %v", err)
	}
	mu.Lock()
	now = now.Add(2 * time.Hour)
	mu.Unlock()
	if !costs(memory.Cost{In: 900, Out: 100}, memory.Cost{}, ends) {
		t.Error("midnight of UTC brings no new day")
	}
	_, err := d.Reserve(t.Context(), lease, memory.Cost{In: 1})
	refused(t, memory.CodeConflict, err)
}
