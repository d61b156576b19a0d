package memory

import "time"

// nullQuote is a quote as a LEFT JOIN gives it.
type nullQuote struct {
	reflection, conversation *ID
	start, end               *int
	text                     *string
	at                       *time.Time
}

func (q nullQuote) quote() *Quote {
	if q.reflection == nil || q.text == nil {
		return nil
	}
	return &Quote{Reflection: *q.reflection, Start: *q.start, End: *q.end, Text: *q.text, At: *q.at, Conversation: q.conversation}
}
