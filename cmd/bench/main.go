// Command bench is a development tool that measures what a person waits for, on
// this machine: how much later a sentence reaches her than through a plain
// streaming proxy, what an idle socket costs, how soon the coach is ready, what
// recall costs as her past grows, and what indexing in the background costs.
//
// It measures the built program, not parts of it: a real process on a data
// folder of its own, with the embedded PostgreSQL and commits that wait for the
// disk. The proxy is Go's own, a process too, and streams from the same scripted
// upstream in the same run. It changes nothing of the program for the sake of a
// figure, and refuses a program with the race detector and a database that does
// not wait for its disk. It prints a table, and a line of JSON last.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// options are what the command line says.
type options struct {
	Binary string `default:"bin/innerwork" help:"The program to measure."`
	Parts  string `default:"parts" help:"Where PostgreSQL and the embedding model are."`
	Quick  bool   `help:"Measure a fraction, to try the tool itself."`
	Proxy  string `hidden:"" help:"Be the proxy in front of this address."`
}

func main() {
	var o options
	kong.Parse(&o, kong.Name("bench"), kong.Description("Measures the built coach and prints a table, and a line of JSON."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.Proxy != "" {
		return serveProxy(o.Proxy)
	}
	b, err := newBench(o)
	if err != nil {
		return err
	}
	defer b.close()
	if err := b.measure(ctx); err != nil {
		return err
	}
	return b.report.print(os.Stdout)
}
