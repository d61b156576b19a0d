//go:build cgo

package embed

import (
	"fmt"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
)

// environment counts who uses onnxruntime. It is the one global of this package
// because what it guards is global: the library keeps one environment for the
// whole process, in C, and refuses a second. The first user loads it from his
// path, later ones share it whatever theirs, the last one takes it down.
var environment struct {
	sync.Mutex
	users int
}

func acquire(library string) error {
	environment.Lock()
	defer environment.Unlock()
	if environment.users == 0 {
		ort.SetSharedLibraryPath(library)
		if err := ort.InitializeEnvironment(ort.WithLogLevelError()); err != nil {
			return fmt.Errorf("load libonnxruntime: %w", err)
		}
		if err := ort.DisableTelemetry(); err != nil {
			return fmt.Errorf("switch its telemetry off: %w", err)
		}
	}
	environment.users++
	return nil
}

func release() error {
	environment.Lock()
	defer environment.Unlock()
	environment.users--
	if environment.users > 0 {
		return nil
	}
	return ort.DestroyEnvironment()
}
