//go:build !cgo

package embed

import (
	"errors"
	"strings"
	"testing"
)

func TestWithoutC(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ goos, goarch, reason, mend string }{
		{"linux", "amd64", "C compiler", "apt-get install gcc"},
		{"darwin", "arm64", "C compiler", "xcode-select --install"},
		{"darwin", "amd64", "does not run on darwin/amd64", "service"}, // a compiler would not help
	} {
		var none *None
		if err := withoutC(c.goos, c.goarch); !errors.As(err, &none) || !strings.Contains(none.Reason, c.reason) || !strings.Contains(none.Mend, c.mend) {
			t.Errorf("%s/%s: %v", c.goos, c.goarch, err)
		}
	}
	if e, err := Open(t.Context(), Config{Kind: KindLocal}); e != nil || err == nil {
		t.Errorf("Open = %v, %v; want a *None", e, err)
	}
}
