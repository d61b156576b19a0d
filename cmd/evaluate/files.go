package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
)

// readLines reads a JSONL file. An error names the line, never its content.
func readLines[T any](path string) (rows []T, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, end := r.ReadBytes('\n')
		if len(line) > 1 {
			var row T
			if json.Unmarshal(line, &row) != nil {
				return nil, fmt.Errorf("%s, line %d: not the JSON that is expected", path, n)
			}
			rows = append(rows, row)
		}
		if end == io.EOF {
			return rows, nil
		}
		if end != nil {
			return nil, end
		}
	}
}

// readTable reads the named columns of a CSV file with a header.
func readTable(path string, columns ...string) (rows [][]string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s is empty", path)
	}
	at := make([]int, len(columns))
	for i, c := range columns {
		if at[i] = slices.Index(all[0], c); at[i] < 0 {
			return nil, fmt.Errorf("%s has no column %q", path, c)
		}
	}
	for _, line := range all[1:] {
		row := make([]string, len(at))
		for i, n := range at {
			row[i] = line[n]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// dialogue is a conversation of two, as its file has it.
type dialogue struct {
	ID    string `json:"id"`
	Turns []turn `json:"turns"`
}

type turn struct {
	Speaker string   `json:"speaker"` // leader or helper
	Text    string   `json:"text"`
	Codes   []string `json:"codes"`
}

const leader = "leader"

// joined makes one turn of consecutive ones of a speaker, with all their codes.
func (d dialogue) joined() (turns []turn) {
	for _, t := range d.Turns {
		if n := len(turns) - 1; n >= 0 && turns[n].Speaker == t.Speaker {
			turns[n].Text += " " + t.Text
			turns[n].Codes = append(slices.Clone(turns[n].Codes), t.Codes...)
			continue
		}
		turns = append(turns, t)
	}
	return turns
}
