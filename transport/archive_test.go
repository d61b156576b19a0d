package transport

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"innerwork/coach"
)

func TestAnArchiveThatBreaksOffIsNoWholeAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, _ := w.people.add("Ada", coach.RoleLeader)
	res := w.ask(token, "GET", "/api/archive", "")
	if res.StatusCode != 200 || res.body != "her archive " || res.Header.Get("Content-Type") != "application/zip" ||
		!strings.HasPrefix(res.Header.Get("Content-Disposition"), `attachment; filename="innerwork-`) || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v %q", res.StatusCode, res.Header, res.body)
	}
	w.recorder.broken = refuse(coach.CodeTooMany, "Wait.")
	if res := w.ask(token, "GET", "/api/archive", ""); res.StatusCode != http.StatusTooManyRequests || res.failure(t).Message != "Wait." {
		t.Errorf("before the first byte: %d %s", res.StatusCode, res.body)
	}
	w.recorder.long, w.recorder.broken = 1<<20, errors.New("the database went away with her words")
	r, err := http.NewRequest("GET", w.http.URL+"/api/archive", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: cookiePlain, Value: token})
	half, err := w.http.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer half.Body.Close()
	if n, err := io.Copy(io.Discard, half.Body); err == nil {
		t.Errorf("an archive that broke off after %d bytes looks whole", n)
	}
	if log := w.log.String(); strings.Contains(log, "her words") || !strings.Contains(log, "GET /api/archive") {
		t.Errorf("the log says %s", log)
	}
}

func TestBringingAnArchiveSaysHowFarItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, _ := w.people.add("Ada", coach.RoleLeader)
	res := w.ask(token, "POST", "/api/archive", "zip")
	want := `{"done":1,"total":2}` + "\n" + `{"done":1,"total":2,"brought":{"kinds":[{"kind":"lines","new":3,"there":0,"differs":0,"forgotten":0,"left":0,"history":false}]}}` + "\n"
	if res.StatusCode != 200 || res.body != want {
		t.Errorf("%d %s", res.StatusCode, res.body)
	}
	w.recorder.broken = refuse(coach.CodeInvalid, "Not whole.")
	res = w.ask(token, "POST", "/api/archive", "zip")
	if !strings.HasSuffix(res.body, `"failure":{"code":"invalid","message":"Not whole."}}`+"\n") {
		t.Errorf("after the first step: %s", res.body)
	}
	w.recorder.err = refuse(coach.CodeInvalid, "No archive.")
	if res := w.ask(token, "POST", "/api/archive", "zip"); res.StatusCode != http.StatusBadRequest || res.failure(t).Message != "No archive." {
		t.Errorf("before it: %d %s", res.StatusCode, res.body)
	}
}

func TestAnArchiveThatIsTooLargeIsNotRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, _ := w.people.add("Ada", coach.RoleLeader)
	r, err := http.NewRequest("POST", w.http.URL+"/api/archive", io.NopCloser(&endless{coach.MaxArchive}))
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = coach.MaxArchive + 1
	r.Header.Set("Expect", "100-continue")
	r.AddCookie(&http.Cookie{Name: cookiePlain, Value: token})
	client := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: patience}}
	defer client.CloseIdleConnections()
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestEntityTooLarge || len(w.recorder.take()) > 0 {
		t.Errorf("%d", res.StatusCode)
	}
}
