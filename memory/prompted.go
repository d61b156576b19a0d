package memory

import "context"

// OpenReply makes a reply to nothing that she said: the coach opens the stage
// that she moved to. A reply that runs is stopped.
func (s *Store) OpenReply(ctx context.Context, owner, conversation ID, next NewReply) (err error) {
	defer wrap(&err, "open a reply in %v", conversation)
	return s.asPerson(ctx, owner, func(tx *tx) error {
		if err := tx.lockConversation(ctx, conversation); err != nil {
			return err
		}
		if _, err := tx.stopRunning(ctx, conversation, "spoken over"); err != nil {
			return err
		}
		return tx.accept(ctx, conversation, nil, next)
	})
}

// CountUsage adds what a reply cost after she stopped it, when the row can no
// longer be written under the lease.
func (s *Store) CountUsage(ctx context.Context, l Lease, e End) (err error) {
	defer wrap(&err, "usage of %v", l.Reply)
	if e.Dropped == nil {
		e.Dropped = map[string]int{}
	}
	return s.asPipeline(ctx, l.Owner, func(tx *tx) error {
		_, err := tx.Exec(ctx, `UPDATE replies SET tokens_in = $3, tokens_out = $4, dropped = $5
			WHERE owner = $1 AND id = $2 AND state = 'stopped'`, l.Owner, l.Reply, e.TokensIn, e.TokensOut, e.Dropped)
		return err
	})
}
