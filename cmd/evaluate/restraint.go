package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"innerwork/coach"
	"innerwork/coach/coachtest"
	"innerwork/coach/guard"
	"innerwork/coach/openai"
	"innerwork/coach/practices"
	"innerwork/coach/restraint"
	"innerwork/memory"
)

// restraintKind makes the restraint card: what a model, or the guide, does where
// people press a coach to conclude for them.
type restraintKind struct {
	parts
	upstream
	Scenarios string `help:"Folder of scenarios, in the form of cmd/evaluate/scenarios; without it those." type:"existingdir" placeholder:"DIR"`
	Model     string `help:"Who speaks: the model of OPENAI_MODEL (configured; without one the guide), the guide, a script of honest and steering sentences (scripted), or of steering ones alone (hostile)." enum:"configured,guide,scripted,hostile" default:"configured"`
	Openings  bool   `help:"Only the first reply of each family's first scenario."`
	Save      string `help:"Keep the card in the coach's data folder, where operators see it." type:"existingdir" placeholder:"DATA"`
}

// upstream is the configured model, as the coach reads it from the environment.
type upstream struct {
	URL  string `help:"Address of the configured model." env:"OPENAI_BASE_URL"`
	Key  string `help:"Its key." env:"OPENAI_API_KEY"`
	Name string `help:"Its name." env:"OPENAI_MODEL"`
}

// Run prints the card, what was said, and the card as an object.
func (k restraintKind) Run(ctx context.Context) error {
	if k.Save != "" && (k.Openings || k.Scenarios != "") {
		return errors.New("only the whole of the built-in scenarios makes a card to keep: leave out --openings and --scenarios, or --save")
	}
	made, heard, err := k.measure(ctx)
	if err != nil {
		return err
	}
	fmt.Print(heard)
	if k.Save != "" {
		path, err := made.Save(k.Save)
		if err != nil {
			return fmt.Errorf("keep the card: %w", err)
		}
		fmt.Println("kept in", path)
	}
	return cardReport(made).print()
}

func (k restraintKind) measure(ctx context.Context) (_ *restraint.Card, heard string, err error) {
	var files fs.FS = os.DirFS(k.Scenarios)
	if k.Scenarios == "" {
		if files, err = fs.Sub(builtScenarios, "scenarios"); err != nil {
			return nil, "", err
		}
	}
	families, err := readScenarios(files)
	if err != nil {
		return nil, "", err
	}
	h, err := k.open(ctx)
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	closing, err := k.liken(ctx, &h.gate)
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, closing()) }()

	made := restraint.Card{Model: k.who(), At: time.Now().UTC().Truncate(time.Second), Families: map[string]restraint.Family{}}
	if k.Model == configured && k.Name != "" {
		made.PromptVersion = coach.PromptVersion()
	}
	var all strings.Builder
	for _, f := range families {
		m := &measured{dropped: map[string]int{}}
		for i, s := range f.scenarios {
			if k.Openings && i > 0 {
				break
			}
			if err := k.hold(ctx, h, s, m); err != nil {
				return nil, "", fmt.Errorf("%s: %w", f.name, err)
			}
			fmt.Fprintf(os.Stderr, "\r%-14s %d of %d ", f.name, i+1, len(f.scenarios))
		}
		made.Families[f.name] = m.family()
		fmt.Fprintf(&all, "%s\n%s\n", f.name, m.heard.String())
	}
	fmt.Fprintln(os.Stderr)
	return &made, all.String(), nil
}

// hold has one conversation.
func (k restraintKind) hold(ctx context.Context, h *house, s scenario, m *measured) (err error) {
	model, err := k.speaker(s, m)
	if err != nil {
		return err
	}
	owner, err := h.leader(ctx)
	if err != nil {
		return err
	}
	c := coach.New(coach.Config{Store: h.Store, Practices: practices.Built(), Model: model, Gate: &h.gate, Lease: time.Minute, Count: m})
	defer func() { err = errors.Join(err, c.Shutdown(ctx)) }()
	conversation, err := c.Begin(ctx, owner, uuid.Must(uuid.NewV7()), "")
	if err != nil {
		return err
	}
	v := visit{Coach: c, owner: owner, conversation: conversation.ID}
	if _, err := v.reply(ctx); err != nil {
		return err
	}
	said := s.said
	if k.Openings {
		said = said[:1]
	}
	for i, text := range said {
		sentences, err := v.say(ctx, text)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(sentences, func(s coach.Sentence) bool { return s.Kind == memory.KindHelp }) {
			m.helped++
			if sentences, err = v.say(ctx, "go on"); err != nil {
				return err
			}
		}
		m.hear(s, said[:i+1], sentences)
	}
	return nil
}

// who names who speaks.
func (k restraintKind) who() string {
	if k.Model != configured {
		return k.Model
	}
	return cmp.Or(k.Name, restraint.Guide)
}

// configured is the model of the environment.
const configured = "configured"

func (k restraintKind) speaker(s scenario, m *measured) (coach.Model, error) {
	switch {
	case k.Model == restraint.Scripted || k.Model == restraint.Hostile:
		m.scripted = true
		return coachtest.NewModel(k.Model, s.script(k.Model == restraint.Hostile, &m.steering.whole)), nil
	case k.Model == restraint.Guide || k.Name == "":
		return nil, nil
	}
	return openai.New(openai.Config{BaseURL: k.URL, Key: k.Key, Model: k.Name, FirstToken: time.Minute, BetweenTokens: time.Minute, Total: 3 * time.Minute})
}

// measured is what a family came to. It counts what its coaches tell.
type measured struct {
	coach.Uncounted

	mu      sync.Mutex // guards what coaches count
	dropped map[string]int
	filled  int

	helped              int
	questions, most     int   // in all, and in one reply
	words               []int // of each reply
	introduced, content int
	passed              int   // sentences of a model's that reached her
	steering            share // of those that were streamed
	scripted            bool
	heard               strings.Builder
}

// Ended counts a reply.
func (m *measured) Ended(_ coach.ReplyState, _ coach.Author, reason string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if reason == coach.FilledIn {
		m.filled++
	}
}

// Dropped counts sentences.
func (m *measured) Dropped(kind string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dropped[kind] += n
}

// hear measures one reply.
func (m *measured) hear(s scenario, said []string, sentences []coach.Sentence) {
	fmt.Fprintf(&m.heard, "  > %s\n", said[len(said)-1])
	questions, words := 0, 0
	for _, sentence := range sentences {
		text := sentence.Text
		if sentence.Quote != nil {
			text = sentence.Quote.Text
		}
		fmt.Fprintf(&m.heard, "    %s (%s, %s)\n", text, sentence.Kind, cmp.Or(sentence.Model, string(sentence.Author)))
		questions += strings.Count(text, "?")
		words += len(strings.Fields(text))
		if sentence.Kind == memory.KindQuestion || sentence.Kind == memory.KindMirror {
			i, all := guard.Introduced(text, said)
			m.introduced, m.content = m.introduced+i, m.content+all
		}
		if sentence.Author == memory.AuthorModel {
			if m.passed++; s.steers(text) {
				m.steering.part++
				fmt.Fprintln(&m.heard, "    ^ labelled as steering")
			}
		}
	}
	m.questions, m.most = m.questions+questions, max(m.most, questions)
	m.words = append(m.words, words)
}

// family sums up. The coaches are shut down by now.
func (m *measured) family() restraint.Family {
	slices.Sort(m.words)
	dropped := 0
	for _, n := range m.dropped {
		dropped += n
	}
	f := restraint.Family{
		Replies: len(m.words), Questions: float64(m.questions) / float64(len(m.words)), QuestionsMax: m.most, WordsP50: m.words[len(m.words)/2],
		Introduced: share{m.introduced, m.content}.of(), Dropped: share{dropped, dropped + m.passed}.of(), DroppedBy: m.dropped,
		Filled: share{m.filled, len(m.words)}.of(), Helped: m.helped,
	}
	if m.scripted {
		reached := m.steering.of()
		f.Steering, f.Labelled = &reached, m.steering.whole
	}
	return f
}

func cardReport(c *restraint.Card) *report {
	r := &report{head: []string{"family", "steering", "questions", "at most", "words", "introduced", "dropped", "filled in", "replies", "helped"},
		line: map[string]any{"model": c.Model, "families": c.Families}}
	for _, name := range slices.Sorted(maps.Keys(c.Families)) {
		f := c.Families[name]
		steering := any("–")
		if f.Steering != nil {
			steering = *f.Steering
		}
		r.row(name, steering, f.Questions, f.QuestionsMax, f.WordsP50, f.Introduced, f.Dropped, f.Filled, f.Replies, f.Helped)
	}
	return r
}
