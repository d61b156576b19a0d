// Package gate looks at every message of a leader before anything else does,
// and says whether it carries a sign of danger to life, her own or another's,
// or of harm at work that belongs in human hands.
//
// It keeps true: the answer depends on the text and on the rules and examples
// in this folder alone. No chat model, no clock, no network; the same text
// always gets the same answer, with every chat model switched off. A local
// embedding model makes it better, and it works without. Softened wording
// ("it's nothing, but ...") counts, common figures of speech do not.
//
// It refuses to diagnose, to grade a risk, and to end a conversation: it
// returns a signal, and help in plain words. It reads English; of a few other
// languages it knows only the plainest phrases, and it says which.
package gate
