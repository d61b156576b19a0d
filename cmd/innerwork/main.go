// Command innerwork is the coaching server and what keeps it: serve, backup,
// restore and a look at its configuration. It builds every other package and
// alone knows the configuration.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set when a release is built.
var version = "development"

// commands are what the program can do.
type commands struct {
	Serve   serveCommand     `cmd:"" default:"1" help:"Run the coach and print its address."`
	Backup  backupCommand    `cmd:"" help:"Write everything that is kept into one file."`
	Restore restoreCommand   `cmd:"" help:"Put a backup in the place of what is kept."`
	Doctor  doctorCommand    `cmd:"" help:"Look at what is kept, and with --mend mend what is missing of the index."`
	Person  personCommand    `cmd:"" help:"List accounts, or let one in again."`
	Config  configCommand    `cmd:"" help:"Print the configuration as the program reads it, without keys."`
	Learn   learnCommand     `cmd:"" help:"Have the gate learn the signs of danger from its examples, ahead of the first start."`
	PsqlURL psqlCommand      `cmd:"" name:"psql-url" help:"Print how to reach the embedded PostgreSQL while the coach runs."`
	Version kong.VersionFlag `help:"Print the version."`
}

func main() {
	ctx, stop := untilSignal()
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "innerwork:", err)
		os.Exit(1)
	}
}

// untilSignal ends its context at the first signal. A second one, from when the
// context has ended, ends us at once, and PostgreSQL with us.
func untilSignal() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() { // as long as the program
		<-signals
		signal.Stop(signals)
		cancel()
	}()
	return ctx, cancel
}

// run does what the arguments say until ctx ends.
func run(ctx context.Context, args []string) error {
	var c commands
	parser, err := kong.New(&c, kong.Name("innerwork"),
		kong.Description("An AI-assisted coaching conversation server for the inner work of leadership."),
		kong.Vars{"version": version}, kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if err != nil {
		return err
	}
	configuration, err := readConfig()
	if err != nil {
		return err
	}
	return command.Run(&configuration)
}
