// Package transport takes bytes in and gives bytes out: HTTP, the websocket,
// and who may use which of them.
//
// It keeps true: nobody without a session, the role and her consent reaches a
// handler that needs them; a message is acknowledged only after Dialogue said
// that it is stored; a reader gets every event of a conversation once, in
// order, from the cursor that it names, however slowly it reads; no error that
// leaves here, and no line that is logged here, holds anybody's words.
//
// It refuses to decide anything about coaching, keeps no state that a restart
// may not lose, and knows neither SQL nor package memory: what it needs is in
// the interfaces of ports.go. The wire is written down in protocol.md.
package transport
