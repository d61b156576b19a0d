package coach

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"unicode/utf8"

	"innerwork/coach/guard"
	"innerwork/coach/practices"
	"innerwork/memory"
)

//go:embed prompts/system.txt
var systemText string

var systemTemplate = template.Must(template.New("system").Parse(systemText))

// promptVersion names the prompt that a model was given: the beginning of the
// template's hash, so that no change of it goes unnamed.
var promptVersion = textVersion(systemText)

// PromptVersion names the prompt that models are given now.
func PromptVersion() string { return promptVersion }

// textVersion is the beginning of a text's hash.
func textVersion(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}

const (
	// historyCharacters bounds what a prompt holds of the conversation: the
	// newest turns that fit. The rest is found through recall.
	historyCharacters = 12_000
	// charactersPerToken is a round figure for English, for counting where the
	// upstream does not.
	charactersPerToken = 4
)

type promptSource struct{ Handle, Date, Text string }

// prompt makes the question to the model: the system's template, then the
// conversation. It holds no secret and nothing of anybody else.
func (r *reply) prompt() (Prompt, error) {
	practice, _ := r.coach.practice(r.transcript.Conversation.Practice)
	data := struct {
		Practice practices.Practice
		Stage    string
		Asked    []string
		Sources  []promptSource
	}{Practice: practice, Stage: string(r.transcript.Conversation.Stage)}
	for _, t := range r.transcript.Turns {
		if t.Sentence != nil && t.Sentence.Kind == memory.KindQuestion && t.Sentence.Text != "" {
			data.Asked = append(data.Asked, t.Sentence.Text)
		}
	}
	data.Asked = data.Asked[max(0, len(data.Asked)-12):]
	for _, s := range r.sources {
		data.Sources = append(data.Sources, promptSource{s.Handle, s.At.Format("2 January 2006"), fenced(s.Text)})
	}
	var system strings.Builder
	if err := systemTemplate.Execute(&system, data); err != nil {
		return Prompt{}, fmt.Errorf("make the prompt: %w", err)
	}
	return Prompt{
		Messages:  append([]Message{{Role: "system", Text: system.String()}}, r.history()...),
		MaxTokens: maxTokens,
	}, nil
}

// fenced keeps a passage from closing its own fence, and takes out characters
// that a person does not see.
func fenced(text string) string {
	return strings.NewReplacer("<", "‹", ">", "›", "\n", " ").Replace(guard.Clean(text))
}

// history is the conversation as messages, the newest turns that fit.
func (r *reply) history() []Message {
	var messages []Message
	size := 0
	for _, t := range slices.Backward(r.transcript.Turns) {
		m := Message{Role: "user"}
		switch {
		case t.Said != nil:
			m.Text = guard.Clean(t.Said.Text)
		case t.Sentence.Kind == memory.KindQuote:
			continue // a handle of another reply means nothing in this one
		case t.Sentence.Text == "":
			continue // it took up words that are not to be used
		default:
			m = Message{Role: "assistant", Text: t.Sentence.Text}
		}
		if size += utf8.RuneCountInString(m.Text); size > historyCharacters && len(messages) > 0 {
			break
		}
		if last := len(messages) - 1; last >= 0 && messages[last].Role == m.Role {
			messages[last].Text = m.Text + " " + messages[last].Text
		} else {
			messages = append(messages, m)
		}
	}
	slices.Reverse(messages)
	return messages
}

// estimate is roughly how many tokens the prompt has.
func (p Prompt) estimate() int {
	n := 0
	for _, m := range p.Messages {
		n += utf8.RuneCountInString(m.Text)
	}
	return n / charactersPerToken
}
