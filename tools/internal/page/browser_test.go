package page

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestAddress(t *testing.T) {
	for at, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080/", "0.0.0.0:80": "http://127.0.0.1:80/", "[::]:81": "http://127.0.0.1:81/",
		"[::1]:82": "http://[::1]:82/", "192.168.1.2:83": "http://192.168.1.2:83/",
	} {
		a, err := net.ResolveTCPAddr("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		if got := Address(a); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
}

func TestOpener(t *testing.T) {
	const url = "http://127.0.0.1:8080/"
	for _, c := range []struct{ system, display, first string }{
		{"windows", "", "rundll32"}, {"darwin", "", "open"}, {"linux", ":0", "xdg-open"}, {"freebsd", ":0", "xdg-open"}, {"linux", "", ""},
	} {
		args, err := opener(c.system, func(name string) string {
			if name == "WAYLAND_DISPLAY" {
				return c.display
			}
			return ""
		}, url)
		switch {
		case c.first == "" && (err == nil || !strings.Contains(err.Error(), "no desktop")):
			t.Errorf("%s without a desktop: %q, %v", c.system, args, err)
		case c.first != "" && (err != nil || args[0] != c.first || args[len(args)-1] != url):
			t.Errorf("%s: %q, %v", c.system, args, err)
		}
	}
}

// The browser is given the address; one that cannot be started, or fails, is said.
func TestOpenBrowser(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("stands in for xdg-open")
	}
	dir := t.TempDir()
	t.Setenv("DISPLAY", ":0")
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	shown := filepath.Join(dir, "shown")
	script := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte("#!/bin/sh\n"+text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	failures := make(chan error, 1)
	failed := func(err error) { failures <- err }
	script("echo \"$1\" >" + shown + ".new; mv " + shown + ".new " + shown)
	OpenBrowser("http://127.0.0.1:1/", failed)
	for range 500 {
		if b, err := os.ReadFile(shown); err == nil {
			if string(b) != "http://127.0.0.1:1/\n" {
				t.Errorf("the browser shows %q", b)
			}
			break
		}
		select {
		case err := <-failures:
			t.Fatal(err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	script("exit 3")
	OpenBrowser("http://127.0.0.1:1/", failed)
	if err := <-failures; !strings.Contains(err.Error(), "xdg-open: exit status 3") {
		t.Error(err)
	}
	t.Setenv("PATH", "")
	OpenBrowser("http://127.0.0.1:1/", failed)
	if err := <-failures; !strings.Contains(err.Error(), "xdg-open cannot be run") {
		t.Error(err)
	}
}
