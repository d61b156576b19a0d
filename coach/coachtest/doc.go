// Package coachtest has models that say what a test wants them to say.
//
// Upstream is an OpenAI-compatible server on this machine that plays a script,
// among them every upstream fault that there is a promise about; Model is the
// same without a network. Both are deterministic, and both remember exactly what
// they were asked. Neither sleeps: what is not played at once is stepped.
//
// It does not import testing, so that a command can serve a script too.
package coachtest
