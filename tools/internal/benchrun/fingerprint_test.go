package benchrun

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"steady/core/dataset/fashion"
	"steady/core/report"
)

// Files are not read again for their hash as long as they are those that were read: a file of the same size and date, in the
// place of another, is another.
func TestNotReadAgain(t *testing.T) {
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("no time of change")
	}
	defer func(before time.Duration) { settled = before }(settled)
	settled = 50 * time.Millisecond
	dir := t.TempDir()
	images := fashion.Test().Limit(20).Images()
	chosen := -1 // an image whose class can be the name of a folder
	for i, label := range images.Labels {
		if strings.Contains(images.Classes[label], "/") {
			continue
		}
		chosen = i
		m, err := images.Read(i, nil)
		if err != nil {
			t.Fatal(err)
		}
		savePNG(t, m, dir, "val", images.Classes[label], fmt.Sprintf("%03d.png", i))
	}
	time.Sleep(2 * settled)
	var said bytes.Buffer
	o := options(filepath.Join(dir, "a.db"), &said)
	o.Data, o.Resize, o.Limit, o.Cells = filepath.Join(dir, "val"), 28, 0, []string{"fog{severity=1}"}
	run := func() (*report.Report, error) {
		said.Reset()
		return Run(t.Context(), o)
	}
	first, err := run()
	if err != nil || strings.Contains(said.String(), "not read again") {
		t.Fatalf("%v, %s", err, &said)
	}
	again, err := run()
	if err != nil || !strings.Contains(said.String(), "val: not read again, since all ") {
		t.Fatalf("%v, %s", err, &said)
	}
	if a, b := first.Results().Networks[0].Cell, again.Results().Networks[0].Cell; a != b {
		t.Errorf("%+v, and then %+v", a, b)
	}
	file := filepath.Join(dir, "val", images.Classes[images.Labels[chosen]], fmt.Sprintf("%03d.png", chosen))
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-20] ^= 1
	for name, change := range map[string]func() error{
		"the same in another file": func() error { return os.Rename(file+"2", file) },
		"written into":             func() error { return os.WriteFile(file, b, 0o666) },
	} {
		if err := os.WriteFile(file+"2", b, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := change(); err != nil {
			t.Fatal(err)
		}
		os.Remove(file + "2")
		if err := os.Chtimes(file, info.ModTime(), info.ModTime()); err != nil {
			t.Fatal(err)
		}
		if _, err := run(); err == nil || strings.Contains(said.String(), "not read again") {
			t.Errorf("%s: %v, %s", name, err, &said)
		}
	}
	// What has just changed is not known by its times.
	settled = time.Hour
	o.Out = filepath.Join(dir, "b.db")
	b[len(b)-20] ^= 1
	if err := os.WriteFile(file, b, 0o666); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := run(); err != nil || strings.Contains(said.String(), "not read again") {
			t.Errorf("%v, %s", err, &said)
		}
	}
	// Arrays, and what is built in, have no files of their own.
	if print, _, err := fingerprint(t.Context(), images); print != "" || err != nil {
		t.Errorf("%q, %v", print, err)
	}
}
