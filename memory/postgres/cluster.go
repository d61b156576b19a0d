package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// makeCluster creates the cluster when there is none, and refuses one of another
// major version: PostgreSQL cannot read it.
func (s *Server) makeCluster(ctx context.Context) error {
	text, err := os.ReadFile(filepath.Join(s.cluster(), "PG_VERSION"))
	if err == nil {
		if found := strings.TrimSpace(string(text)); found != major() {
			return fmt.Errorf("the data in %s was written by PostgreSQL %s, and this Innerwork has PostgreSQL %s: "+
				"run `innerwork backup FILE` with the Innerwork that wrote it, move %s away, "+
				"and run `innerwork restore FILE` with this one", s.data, found, major(), s.cluster())
		}
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("version of the data: %w", err)
	}
	if _, err := os.Stat(s.cluster()); err == nil {
		return fmt.Errorf("%s is there but holds no PostgreSQL data; move it away and start again", s.cluster())
	}
	if left, err := free(s.data); err == nil && left < needed {
		return fmt.Errorf("the disk of %s has %d MB free, and a new database needs %d MB; make room and start again",
			s.data, left>>20, needed>>20)
	}
	if err := s.initdb(ctx); err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	return nil
}

// initdb works aside and renames at the end, so that a cluster which is there is
// whole.
func (s *Server) initdb(ctx context.Context) error {
	aside := s.cluster() + ".new"
	if err := os.RemoveAll(aside); err != nil {
		return err
	}
	if err := os.Mkdir(aside, 0o700); err != nil {
		return err
	}
	maker, attributes, err := s.owner.named()
	if err != nil {
		return err
	}
	if err := maker.give(aside); err != nil {
		return err
	}
	dieWithUs(attributes, syscall.SIGKILL)
	args := []string{"-D", aside, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C",
		"--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"}
	if s.settings["fsync"] == "off" {
		args = append(args, "--no-sync")
	}
	var said strings.Builder
	cmd := exec.Command(s.program("initdb"), args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = aside, environment(), attributes
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := run(ctx, cmd); err != nil {
		return errors.Join(fmt.Errorf("initdb: %w; it said:\n%s", err, lastLines(said.String())), os.RemoveAll(aside))
	}
	if err := s.owner.give(aside); err != nil {
		return err
	}
	return os.Rename(aside, s.cluster())
}
