package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"text/tabwriter"
)

// A report is a readable table and the object of the last line.
type report struct {
	head []string
	rows [][]any
	line map[string]any
}

func (r *report) row(cells ...any) { r.rows = append(r.rows, cells) }

// print writes the table, then the object on one line.
func (r *report) print() error {
	if err := r.table(os.Stdout); err != nil {
		return err
	}
	line, err := json.Marshal(r.line)
	if err != nil {
		return err
	}
	_, err = fmt.Println(string(line))
	return err
}

func (r *report) table(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, h := range r.head {
		fmt.Fprint(w, h, "\t")
	}
	fmt.Fprintln(w)
	for _, cells := range r.rows {
		for _, c := range cells {
			if share, ok := c.(float64); ok {
				c = fmt.Sprintf("%.4f", share)
			}
			fmt.Fprint(w, c, "\t")
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

// A share counts how many of how many.
type share struct{ part, whole int }

func (s *share) add(in bool) {
	s.whole++
	if in {
		s.part++
	}
}

// of is 0..1, and 0 of nothing.
func (s share) of() float64 {
	if s.whole == 0 {
		return 0
	}
	return float64(s.part) / float64(s.whole)
}

// tally counts shares by a label.
type tally map[string]*share

func (t tally) at(label string) *share {
	if t[label] == nil {
		t[label] = &share{}
	}
	return t[label]
}

func (t tally) labels() []string { return slices.Sorted(maps.Keys(t)) }

func (t tally) shares() map[string]float64 {
	m := map[string]float64{}
	for label, s := range t {
		m[label] = s.of()
	}
	return m
}

func (t tally) wholes() map[string]int {
	m := map[string]int{}
	for label, s := range t {
		m[label] = s.whole
	}
	return m
}
