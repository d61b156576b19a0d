// Command evaluate measures the product on conversations that other people
// wrote: what reaches a leader, what is refused, what the gate sees.
//
// It keeps true: it runs the product's own code (the real guard and gate, the
// real store on a real PostgreSQL, the real life of a turn), never a copy; it
// needs no network; the same files give the same figures. Each kind prints a
// table and, as its last line, one JSON object.
//
// It refuses to print a row of a set about crisis, and to fit anything: it only
// counts. Each kind is a file of its own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/joho/godotenv"
)

// kinds are what can be measured.
type kinds struct {
	Guard      guardKind      `cmd:"" help:"Which sentences of a coach pass the guard, by label."`
	Replay     replayKind     `cmd:"" help:"What of real helpers' turns would reach a leader, by code."`
	Provenance provenanceKind `cmd:"" help:"Whether corrupted quotes are refused and intact ones found."`
	Recall     recallKind     `cmd:"" help:"Whether what answers a question is found among long conversations, and nothing where there is nothing."`
	Scale      scaleKind      `cmd:"" help:"How long a search takes as the past grows, what the quick way loses, and how large an index is."`
	Crisis     crisisKind     `cmd:"" help:"What the gate sees, in messages and on the leader's side of dialogues."`
	Restraint  restraintKind  `cmd:"" help:"The restraint card: what a model or the guide does where people press a coach to conclude for them."`
	Forget     forgetKind     `cmd:"" help:"Whether what is forgotten is found anywhere: at once by SQL, search and HTTP, then in every byte on disk."`
	All        allKind        `cmd:"" help:"Every kind on the files of one folder, as one table."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "evaluate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if err := godotenv.Load(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.New("the file .env cannot be read: each line must be KEY=value; see .env.example")
	}
	var k kinds
	parser, err := kong.New(&k, kong.Name("evaluate"), kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Description("Measures the coach on other people's conversations. The last line is JSON."))
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if err != nil {
		var there []string
		for _, kind := range parser.Model.Children {
			there = append(there, kind.Name)
		}
		return fmt.Errorf("%w (there is %s)", err, strings.Join(there, ", "))
	}
	return command.Run()
}
