package memory

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// passwords hashes them, a few at a time: each takes memory.
type passwords struct {
	cost *argon2id.Params
	slot chan struct{}
	none string // the hash of no password, so that an unknown name takes as long as a known one
}

func newPasswords(cost *argon2id.Params) *passwords {
	if cost == nil {
		cost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	}
	p := &passwords{cost: cost, slot: make(chan struct{}, 4)}
	p.none, _ = argon2id.CreateHash("nobody's", cost)
	return p
}

func (p *passwords) hash(ctx context.Context, password string) (hash string, err error) {
	err = p.within(ctx, func() (err error) {
		hash, err = argon2id.CreateHash(typed(password), p.cost)
		return err
	})
	return hash, err
}

// fits compares; an empty hash stands for an unknown name and never fits.
func (p *passwords) fits(ctx context.Context, password, hash string) (fits bool, err error) {
	known := hash != ""
	if !known {
		hash = p.none
	}
	err = p.within(ctx, func() (err error) {
		fits, err = argon2id.ComparePasswordAndHash(typed(password), hash)
		return err
	})
	return fits && known, err
}

// typed is a password in the one form that every keyboard's way of typing it
// comes to.
func typed(password string) string { return norm.NFKC.String(password) }

func (p *passwords) within(ctx context.Context, do func() error) error {
	select {
	case p.slot <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.slot }()
	return do()
}

// checkPassword refuses what is easily guessed. Length is what counts.
func checkPassword(name, password string) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return Errorf(CodeInvalid, "The password is not valid UTF-8. Please type it again.")
	case n < 12:
		return Errorf(CodeInvalid, "The password needs at least 12 characters. A few words in a row do well.")
	case n > 256:
		return Errorf(CodeInvalid, "The password is longer than 256 characters. Please shorten it.")
	case strings.Contains(strings.ToLower(password), strings.ToLower(name)) && utf8.RuneCountInString(name) > 3:
		return Errorf(CodeInvalid, "The password must not hold your name.")
	case strings.Count(password, password[:1]) == len(password):
		return Errorf(CodeInvalid, "The password must be more than one character over and over.")
	}
	return nil
}
