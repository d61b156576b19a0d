package openai

import (
	"strings"
	"testing"
)

func stripAll(chunks []string) (string, error) {
	var (
		th  thought
		out strings.Builder
	)
	for _, chunk := range chunks {
		text, err := th.strip(chunk)
		out.WriteString(text)
		if err != nil {
			return out.String(), err
		}
	}
	return out.String() + th.rest(), nil
}

func TestThought(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain":                           "plain",
		"<think>a</think>b":               "b",
		"a<THINKING>b</Thinking>c":        "ac",
		"a<think>b<think>c</think>d":      "ad",
		"a<think>never ends":              "a",
		"1 < 2 <b> </b> <thin":            "1 < 2 <b> </b> <thin",
		"<<think>a < b</thin</think>c<":   "<c<",
		"<think>a</think><think>b</think": "",
	} {
		got, err := stripAll([]string{in})
		if got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", in, got, err, want)
		}
	}
	if got, err := stripAll([]string{"a thought", "</think> text"}); err == nil {
		t.Errorf("thinking that was passed on goes by as %q", got)
	}
}

// How the chunks split the text makes no difference to what is left of it.
func FuzzThought(f *testing.F) {
	f.Add("a<think>b</think>c<thinkin", "<")
	f.Add("</thinking>", "<think")
	f.Fuzz(func(t *testing.T, a, b string) {
		whole, wholeErr := stripAll([]string{a + b})
		torn, tornErr := stripAll(strings.Split(a+b, ""))
		two, twoErr := stripAll([]string{a, b})
		if (wholeErr == nil) != (tornErr == nil) || (wholeErr == nil) != (twoErr == nil) {
			t.Fatalf("%q + %q: %v, %v, %v", a, b, wholeErr, tornErr, twoErr)
		}
		if wholeErr == nil && (whole != torn || whole != two) {
			t.Errorf("%q + %q: %q, torn %q, in two %q", a, b, whole, torn, two)
		}
	})
}
