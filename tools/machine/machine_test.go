package machine

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"steady/core/compute/webgpu"
)

func TestChromium(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("PATH", folder)
	if path, err := Chromium(); !errors.Is(err, ErrNoChromium) {
		t.Errorf("in an empty folder: %q, %v", path, err)
	}
	for _, name := range []string{"google-chrome.exe", "google-chrome", "chromium.exe", "chromium"} { // the later is preferred
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o777); err != nil {
			t.Fatal(err)
		}
		got, err := Chromium()
		if filepath.Ext(name) == "" && (err != nil || filepath.Base(got) != name && filepath.Base(got) != name+".exe") {
			t.Errorf("with %s: %q, %v", name, got, err)
		}
	}
}

func TestWebGPU(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("STEADY_WEBGPU_LIB", "")
	if path, err := WebGPU(); !errors.Is(err, webgpu.ErrNoLibrary) {
		t.Errorf("in an empty folder: %q, %v", path, err)
	}
	installed, err := filepath.Abs(filepath.Join("build", "webgpu", libraryNames[0]))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(installed), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(installed, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if path, err := WebGPU(); path != installed {
		t.Errorf("installed: %q, %v", path, err)
	}
	t.Setenv("STEADY_WEBGPU_LIB", "another")
	if path, err := WebGPU(); path != "another" {
		t.Errorf("named: %q, %v", path, err)
	}
}
