package transport

import (
	"testing"

	"innerwork/coach"
)

// A GET of the desk writes readings of what it shows; a HEAD shows nothing.
func TestHeadReadsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, _ := w.people.add("Ada", coach.RoleCoach)
	if res := w.ask(token, "HEAD", "/api/desk/"+newID().String(), ""); res.StatusCode != 405 {
		t.Errorf("status %d", res.StatusCode)
	}
}
