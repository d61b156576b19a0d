package main

import (
	"context"
	"errors"
	"path/filepath"

	"innerwork/memory"
	"innerwork/memory/embed"
	"innerwork/memory/postgres"
)

// node is another node on the program's database, which only indexes.
type node struct {
	embedder embed.EmbedCloser // nil if the program has none either
	store    *memory.Store
}

func (b *bench) startNode(ctx context.Context) (_ *node, err error) {
	n := &node{}
	n.embedder, err = embed.Open(ctx, embed.Config{
		Kind:  embed.KindLocal,
		Local: embed.LocalConfig{Parts: b.options.Parts, Runtime: filepath.Join(b.product.data, "runtime")},
	})
	if none, ok := errors.AsType[*embed.None](err); ok {
		b.tell("no vectors: %s", none.Reason)
	} else if err != nil {
		return nil, err
	}
	address, err := b.product.database(postgres.Role)
	if err != nil {
		return nil, errors.Join(err, n.stop())
	}
	config := memory.Config{URL: address}
	if n.embedder != nil {
		config.Embedder = n.embedder
	}
	if n.store, err = memory.Open(ctx, config); err != nil {
		return nil, errors.Join(err, n.stop())
	}
	return n, n.store.Work(context.WithoutCancel(ctx))
}

func (n *node) stop() (err error) {
	if n.store != nil {
		err = n.store.StopWork(context.Background())
		n.store.Close()
	}
	if n.embedder != nil {
		err = errors.Join(err, n.embedder.Close())
	}
	return err
}
