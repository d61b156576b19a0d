package postgres

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Tool prepares one of PostgreSQL's own programs (pg_dump, pg_restore, psql) out of
// the parts, without a server of ours: of o it uses Parts and Runtime. It runs as the
// present user, so that files are the caller's; where it connects to, args say.
func Tool(ctx context.Context, o Options, name string, args ...string) (*exec.Cmd, error) {
	install, err := unpack(o.Parts, o.Runtime)
	if err != nil {
		return nil, fmt.Errorf("parts of PostgreSQL: %w", err)
	}
	return tool(ctx, install, name, args...), nil
}

func tool(ctx context.Context, install, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(install, "bin", name), args...)
	cmd.Env = environment()
	return cmd
}

// HasCluster says whether a server has ever kept anything in the data folder.
func HasCluster(data string) bool {
	_, err := os.Stat((&Server{data: data}).cluster())
	return err == nil
}
