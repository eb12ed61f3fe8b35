package main

import (
	"path/filepath"
	"strings"
	"testing"

	"steady/core/compute/computetest"
)

// TestWebGPU classifies and attacks a few images on a GPU, be it a software one, with the same outcome as on
// the processor.
func TestWebGPU(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	computetest.NeedWebGPU(t)
	for _, work := range [][]string{
		{"eval", "--limit", "12"},
		{"attack", "fgsm", "--eps", "4/255", "--limit", "6"},
	} {
		want := result(t, work...)
		got := result(t, append(work, "--backend", "webgpu", "--allow-software")...)
		if want["engine"] != "cpu" || got["engine"] != "webgpu" {
			t.Errorf("%v ran on %v and %v", work, want["engine"], got["engine"])
		}
		for _, k := range []string{"n", "accuracy", "clean_accuracy", "robust_accuracy", "gradients"} {
			if want[k] != got[k] {
				t.Errorf("%v: %s is %v on a GPU, %v on the processor", work, k, got[k], want[k])
			}
		}
	}
}

func TestNoWebGPU(t *testing.T) {
	t.Setenv("STEADY_WEBGPU_LIB", filepath.Join(t.TempDir(), "nowhere.so"))
	_, stderr, code := steady("eval", "--limit", "1", "--backend", "webgpu")
	if code != exitFailure || !strings.Contains(stderr, "nowhere.so") {
		t.Errorf("a library that is not there: code %d, %s", code, stderr)
	}
	if got := result(t, "eval", "--limit", "1", "--backend", "auto"); got["engine"] != "cpu" {
		t.Errorf("auto without a library ran on %v", got["engine"])
	}
	t.Setenv("STEADY_WEBGPU_LIB", "")
	t.Chdir(t.TempDir())
	_, stderr, code = steady("eval", "--limit", "1", "--backend", "webgpu")
	if code != exitFailure || !strings.Contains(stderr, "./build.sh gpu") {
		t.Errorf("no library at all: code %d, %s; want what would install one", code, stderr)
	}
}
