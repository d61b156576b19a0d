package transport

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"innerwork/coach"
)

func TestAFileHasNoNameOnTheDisk(t *testing.T) {
	t.Parallel()
	folder := t.TempDir() + "/tmp"
	w := newWorld(t, func(w *world, c *Config) { c.Temp = folder })
	w.recorder.staging = make(chan int64)
	token, _ := w.people.add("Ada", coach.RoleLeader)
	done := make(chan answered)
	go func() {
		done <- w.ask(token, "POST", "/api/imports", "Words of mine.",
			header("Content-Disposition", `attachment; filename*=UTF-8''..%2F..%2FM%C3%BCde.md`), header("Content-Type", "application/octet-stream"))
	}()
	if size := <-w.recorder.staging; size != int64(len("Words of mine.")) {
		t.Errorf("%d bytes", size)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) > 0 {
		t.Errorf("while it is read the folder has %v, %v", files, err)
	}
	// Meanwhile another one of hers is refused, and everybody else's is not.
	if res := w.ask(token, "POST", "/api/imports", "More."); res.StatusCode != http.StatusTooManyRequests || res.failure(t).Code != coach.CodeTooMany {
		t.Errorf("a second one: %d %s", res.StatusCode, res.body)
	}
	w.recorder.staging <- 0
	if res := <-done; res.StatusCode != http.StatusCreated {
		t.Errorf("%d %s", res.StatusCode, res.body)
	}
	if calls := strings.Join(w.recorder.take(), ";"); !strings.Contains(calls, " ../../Müde.md Words of mine. ") {
		t.Errorf("called %s", calls)
	}
}

// endless is a body that says how long it is, or does not.
type endless struct{ left int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, bytes.Repeat([]byte("a"), int(min(int64(len(p)), e.left))))
	e.left -= int64(n)
	return n, nil
}

func TestAFileThatIsTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, _ := w.people.add("Ada", coach.RoleLeader)
	client := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: patience}} // asks before it sends
	defer client.CloseIdleConnections()
	for name, length := range map[string]int64{"by what it says": 500 << 20, "by what comes": -1} {
		r, err := http.NewRequest("POST", w.http.URL+"/api/imports", io.NopCloser(&endless{coach.MaxUpload + 1<<20}))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = length
		r.Header.Set("Expect", "100-continue")
		r.AddCookie(&http.Cookie{Name: cookiePlain, Value: token})
		res, err := client.Do(r)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		said, err := io.ReadAll(res.Body)
		if err := errors.Join(err, res.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if f := (answered{res, string(said)}).failure(t); res.StatusCode != http.StatusRequestEntityTooLarge || f.Code != coach.CodeInvalid || !contains(f.Message, "200 MB") {
			t.Errorf("%s: %d %s", name, res.StatusCode, said)
		}
	}
	if calls := w.recorder.take(); len(calls) > 0 {
		t.Errorf("called %v", calls)
	}
}

func TestAFileThatBreaksOffIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, _ := w.people.add("Ada", coach.RoleLeader)
	r, err := http.NewRequest("POST", w.http.URL+"/api/imports", io.MultiReader(strings.NewReader("Half of"), brokenReader{}))
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = 100
	r.AddCookie(&http.Cookie{Name: cookiePlain, Value: token})
	if res, err := w.http.Client().Do(r); err == nil {
		res.Body.Close()
		t.Errorf("a body that broke off was answered with %d", res.StatusCode)
	}
	// The next one is not in its way.
	for {
		if res := w.ask(token, "POST", "/api/imports", "Whole."); res.StatusCode == http.StatusCreated {
			break
		} else if res.StatusCode != http.StatusTooManyRequests {
			t.Fatalf("%d %s", res.StatusCode, res.body)
		}
	}
	if calls := w.recorder.take(); len(calls) != 1 || !strings.Contains(calls[0], "Whole.") {
		t.Errorf("called %v", calls)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("gone") }
