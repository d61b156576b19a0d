//go:build !cgo

package embed

import "runtime"

// openLocal cannot work in a program that was built without a C compiler.
func openLocal(LocalConfig) (EmbedCloser, error) { return nil, withoutC(runtime.GOOS, runtime.GOARCH) }

func withoutC(goos, goarch string) error {
	if _, err := platformOf(goos, goarch); err != nil {
		return err
	}
	return &None{
		Reason: "this program was built without a C compiler, which the local embedding model needs",
		Mend:   install(goos, "gcc libc6-dev", "xcode-select --install") + ", then build again with CGO_ENABLED=1",
	}
}
