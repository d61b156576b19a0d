package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/alexedwards/argon2id"

	"innerwork/coach/gate"
	"innerwork/memory"
	"innerwork/memory/postgres"
)

// parts says where `make parts` put PostgreSQL.
type parts struct {
	Parts string `help:"Folder that make parts filled." default:"parts" env:"INNERWORK_PARTS"`
}

// A house is a store on a PostgreSQL of its own, which is gone with it, so
// nothing waits for the disk.
type house struct {
	*memory.Store
	url      string // of the role that owns the tables
	server   *postgres.Server
	folder   string
	operator memory.ID
	gate     gate.Gate

	mu     sync.Mutex // guards guests
	guests int
}

// settings are for a database that nobody will miss.
var settings = map[string]string{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

// password is everybody's; the accounts live as long as the command.
const password = "measured and gone again"

func (p parts) open(ctx context.Context, change ...func(*memory.Config)) (h *house, err error) {
	folder, err := filepath.Abs(p.Parts)
	if err != nil {
		return nil, err
	}
	h = &house{}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	if h.folder, err = os.MkdirTemp("", "innerwork-evaluate-"); err != nil {
		return h, err
	}
	if err := os.Chmod(h.folder, 0o755); err != nil { // PostgreSQL runs as somebody else
		return h, err
	}
	h.server, err = postgres.Start(ctx, postgres.Options{
		Parts: folder, Runtime: filepath.Join(folder, "runtime"), Data: filepath.Join(h.folder, "data"), Settings: settings,
	})
	if err != nil {
		return h, fmt.Errorf("start PostgreSQL (has make parts run?): %w", err)
	}
	h.url = h.server.URL(postgres.Role, postgres.Database)
	cheap := &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16}
	config := memory.Config{URL: h.url, PasswordCost: cheap}
	for _, c := range change {
		c(&config)
	}
	if h.Store, err = memory.Open(ctx, config); err != nil {
		return h, err
	}
	first, _, err := h.CreateFirst(ctx, memory.NewPerson{Name: "operator", Password: password})
	h.operator = first.ID
	return h, err
}

// leader makes an account with a past of its own.
func (h *house) leader(ctx context.Context) (memory.ID, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, secret, err := h.Invite(ctx, h.operator, memory.InviteLeader)
	if err != nil {
		return memory.ID{}, err
	}
	h.guests++
	p, _, _, err := h.Redeem(ctx, secret, memory.NewPerson{Name: fmt.Sprint("leader ", h.guests), Password: password}, "")
	return p.ID, err
}

func (h *house) close() error {
	var err error
	if h.Store != nil {
		h.Store.Close()
	}
	if h.server != nil {
		err = h.server.Stop(context.Background())
	}
	if h.folder != "" {
		err = errors.Join(err, os.RemoveAll(h.folder))
	}
	return err
}
