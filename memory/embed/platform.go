package embed

import "fmt"

// platform says how the wheel and its library are called on one system.
type platform struct {
	wheel   string // pattern of the file in the folder of parts
	library string // name of the entry inside the wheel
}

// There is a pinned library for these systems; none is published for Intel Macs.
var platforms = map[string]platform{
	"linux/amd64":  {"onnxruntime-1.32.0-*linux*_x86_64.whl", "onnxruntime/capi/libonnxruntime.so.1.32.0"},
	"linux/arm64":  {"onnxruntime-1.32.0-*linux*_aarch64.whl", "onnxruntime/capi/libonnxruntime.so.1.32.0"},
	"darwin/arm64": {"onnxruntime-1.32.0-*macosx*_arm64.whl", "onnxruntime/capi/libonnxruntime.1.32.0.dylib"},
}

// platformOf finds the platform, or says that the local model has none here.
func platformOf(goos, goarch string) (platform, error) {
	if p, ok := platforms[goos+"/"+goarch]; ok {
		return p, nil
	}
	return platform{}, &None{
		Reason: fmt.Sprintf("the local embedding model does not run on %s/%s", goos, goarch),
		Mend:   "an OpenAI-compatible embedding service can be named instead",
	}
}

// install is the line that installs a package, in the system's own words.
func install(goos, debian, mac string) string {
	if goos == "darwin" {
		return mac
	}
	return "apt-get install " + debian
}
