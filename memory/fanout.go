package memory

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// fanout carries wakes between the nodes of one database by LISTEN and NOTIFY.
// A notice holds ids only, and a node sends at most one in a tick, whatever
// happens in it, outside of the transactions that it tells of: NOTIFY makes
// commits wait for each other.
//
// A notice may be lost with its node or its connection, so it is never needed:
// a node that connects wakes everybody, and every few seconds it looks which
// conversations changed lately. Who is woken reads the rows.
type fanout struct {
	store *Store
	node  ID // of this Store: what it tells itself it has heard already
	url   string

	mu      sync.Mutex
	pending map[string]bool
	kick    chan struct{}
	stop    context.CancelFunc
	running sync.WaitGroup
}

const (
	fanoutChannel = "innerwork"
	fanoutTick    = 20 * time.Millisecond
	fanoutLook    = 5 * time.Second
	// The look overlaps with those before, for what was committed late.
	fanoutOverlap = 3 * fanoutLook
	// What PostgreSQL takes as one notice is just under 8,000 bytes.
	fanoutBytes = 7_900
)

func newFanout(s *Store, url string) *fanout {
	return &fanout{store: s, node: s.newID(), url: url, pending: map[string]bool{}, kick: make(chan struct{}, 1)}
}

// start listens and tells until close.
func (f *fanout) start() {
	ctx, cancel := context.WithCancel(context.Background())
	f.stop = cancel
	f.running.Go(func() { f.keep(ctx, f.tellOthers) })
	f.running.Go(func() { f.keep(ctx, f.listen) })
	f.running.Go(func() { f.keep(ctx, f.look) })
}

func (f *fanout) close() {
	f.stop()
	f.running.Wait()
}

// keep does something until ctx ends, again after a pause where it failed.
func (f *fanout) keep(ctx context.Context, do func(context.Context) error) {
	for ctx.Err() == nil {
		err := do(ctx)
		if ctx.Err() != nil {
			return
		}
		f.store.log.Warn("news between nodes are interrupted; trying again", "error", translate(err))
		pause(ctx, time.Second)
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// tell puts a piece of news into the next notice.
func (f *fanout) tell(news string) {
	f.mu.Lock()
	f.pending[news] = true
	f.mu.Unlock()
	select {
	case f.kick <- struct{}{}:
	default:
	}
}

// tellOthers sends what is pending, one notice a tick.
func (f *fanout) tellOthers(ctx context.Context) error {
	for {
		select {
		case <-f.kick:
		case <-ctx.Done():
			return nil
		}
		for news := f.next(); len(news) > 0; news = f.next() {
			notice := strings.Join(append([]string{id64(f.node)}, news...), " ")
			if _, err := f.store.system.Exec(ctx, sendNotice, fanoutChannel, notice); err != nil {
				for _, n := range news {
					f.tell(n)
				}
				f.store.system.Reset()
				return err
			}
			pause(ctx, fanoutTick)
		}
	}
}

// sendNotice does not wait for the disk: a notice that is lost is not missed.
const sendNotice = `SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`

// next takes as much of what is pending as one notice holds.
func (f *fanout) next() (news []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	size := len(id64(f.node))
	for n := range f.pending {
		if size += 1 + len(n); size > fanoutBytes {
			break
		}
		news = append(news, n)
		delete(f.pending, n)
	}
	return news
}

// listen hears what other nodes tell, over a connection of its own.
func (f *fanout) listen(ctx context.Context) error {
	config, err := pgx.ParseConfig(f.url)
	if err != nil {
		return fmt.Errorf("read DATABASE_URL: %w", err)
	}
	config.Password, config.User = rolePassword(config.Password, roleSystem), roleSystem
	config.RuntimeParams["application_name"] = "innerwork listening"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing) // it is given up anyway
	}()
	if _, err := conn.Exec(ctx, `LISTEN `+fanoutChannel); err != nil {
		return err
	}
	f.store.hub.wakeAll() // for what was told before
	for {
		notice, err := f.await(ctx, conn)
		if err != nil {
			return err
		}
		if notice != "" {
			f.hear(notice)
		}
	}
}

// await waits for a notice, and after some silence makes sure that the
// connection still is one; the notice is then "".
func (f *fanout) await(ctx context.Context, conn *pgx.Conn) (string, error) {
	within, cancel := context.WithTimeout(ctx, fanoutLook)
	defer cancel()
	n, err := conn.WaitForNotification(within)
	if err == nil {
		return n.Payload, nil
	}
	if ctx.Err() != nil || within.Err() == nil {
		return "", err
	}
	asking, done := context.WithTimeout(ctx, fanoutLook)
	defer done()
	return "", conn.Ping(asking)
}

// look wakes who follows what changed lately.
func (f *fanout) look(ctx context.Context) error {
	for {
		pause(ctx, fanoutLook)
		if ctx.Err() != nil {
			return nil
		}
		if !f.store.hub.watched() {
			continue
		}
		rows, err := f.store.system.Query(ctx, `SELECT owner, id FROM conversations
			WHERE last_at > clock_timestamp() - make_interval(secs => $1)`, fanoutOverlap.Seconds())
		if err != nil {
			return err
		}
		var p place
		if _, err := pgx.ForEachRow(rows, []any{&p.owner, &p.conversation}, func() error {
			f.store.hub.wake(p, true, nil)
			return nil
		}); err != nil {
			return err
		}
	}
}

// News are a letter and ids.
const (
	newsConversation = "c" // owner, conversation: it has new events
	newsSession      = "s" // person, session or nobody: it ended
)

func conversationNews(p place) string { return newsConversation + id64(p.owner) + id64(p.conversation) }

func sessionNews(person ID, session *ID) string {
	if session == nil {
		return newsSession + id64(person) + id64(uuid.Nil)
	}
	return newsSession + id64(person) + id64(*session)
}

// hear acts on a notice of another node.
func (f *fanout) hear(notice string) {
	from, rest, _ := strings.Cut(notice, " ")
	if from == id64(f.node) {
		return
	}
	for news := range strings.FieldsSeq(rest) {
		if len(news) != 1+2*id64Length {
			continue // of a later version
		}
		a, errA := idOf64(news[1 : 1+id64Length])
		b, errB := idOf64(news[1+id64Length:])
		switch {
		case errA != nil || errB != nil:
		case news[:1] == newsConversation:
			f.store.hub.wake(place{a, b}, true, nil)
		case news[:1] == newsSession && b == uuid.Nil:
			f.store.ended.tell(a, nil)
		case news[:1] == newsSession:
			f.store.ended.tell(a, &b)
		}
	}
}

const id64Length = 22 // 16 bytes in base64 without padding

func id64(id ID) string { return base64.RawURLEncoding.EncodeToString(id[:]) }

func idOf64(text string) (ID, error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return ID{}, err
	}
	return uuid.FromBytes(b)
}
