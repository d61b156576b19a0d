package transport

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"innerwork/coach"
)

// fromServer makes an empty frame of each kind that the server sends.
var fromServer = map[string]func() any{
	kindReady:    func() any { return &readyFrame{} },
	kindSaid:     func() any { return &saidFrame{} },
	kindEvent:    func() any { return &eventFrame{} },
	kindSentence: func() any { return &sentenceFrame{} },
	kindSnapshot: func() any { return &snapshotFrame{} },
	kindCaughtUp: func() any { return &caughtUpFrame{} },
	kindStatus:   func() any { return &statusFrame{} },
	kindError:    func() any { return &errorFrame{} },
	kindBye:      func() any { return &byeFrame{} },
}

// Every example is decoded strictly by the type that the program uses, and
// comes out of it as it went in.
func TestExamplesOfFrames(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/frames/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	kinds, events := map[string]bool{}, map[coach.EventKind]bool{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var head struct{ Type string }
		if err := json.Unmarshal(data, &head); err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		kinds[head.Type] = true
		var got any
		if strings.HasPrefix(filepath.Base(file), "client-") {
			got, err = decode(data)
		} else if make := fromServer[head.Type]; make != nil {
			got = make()
			err = strictly(data, got)
		} else {
			t.Errorf("%s: no frame of a server is of kind %q", file, head.Type)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		switch e := got.(type) {
		case *eventFrame:
			events[e.Kind] = true
		case *sentenceFrame:
			events[coach.EventSentence] = true
		}
		out, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if want, have := object(t, data), object(t, out); !reflect.DeepEqual(want, have) {
			t.Errorf("%s does not come back as it was:\n%s\n%s", file, data, out)
		}
	}
	for _, kind := range constants(t, "frame.go", "kind") {
		if !kinds[kind] {
			t.Errorf("no example of %q", kind)
		}
	}
	for _, kind := range constants(t, "../memory/conversation.go", "Event") {
		if !events[coach.EventKind(kind)] {
			t.Errorf("no example of an event of kind %q", kind)
		}
	}
}

func object(t *testing.T, data []byte) (o map[string]any) {
	t.Helper()
	if err := json.Unmarshal(data, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// constants reads the values of the string constants in a file whose names
// begin with prefix, so that a new kind cannot be forgotten here.
func constants(t *testing.T, file, prefix string) (values []string) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && len(spec.Values) == 1 && strings.HasPrefix(spec.Names[0].Name, prefix) {
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok && literal.Kind == token.STRING {
				value, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, value)
			}
		}
		return true
	})
	if len(values) < 5 {
		t.Fatalf("found only %q in %s", values, file)
	}
	return values
}

// FuzzDecode looks for bytes that panic, or that are taken for a frame which
// does not survive being written and read again.
func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/frames/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"type":"say","text":` + strings.Repeat("[", 10_001)))
	f.Add([]byte("{\"type\":\"say\",\"text\":\"\xff\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		frame, err := decode(data)
		if err != nil {
			if frame != nil {
				t.Fatalf("both %v and %v", frame, err)
			}
			return
		}
		out, err := json.Marshal(frame)
		if err != nil {
			t.Fatal(err)
		}
		again, err := decode(out)
		if err != nil || !reflect.DeepEqual(frame, again) {
			t.Fatalf("%#v became %#v (%v)", frame, again, err)
		}
	})
}
