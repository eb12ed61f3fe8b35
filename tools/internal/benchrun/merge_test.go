package benchrun

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"steady/core/report"
)

// Three shards make what one machine makes, in whatever order they are merged.
func TestMerge(t *testing.T) {
	dir := t.TempDir()
	whole := options(filepath.Join(dir, "whole.db"), io.Discard)
	if _, err := Run(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	all := func(path string) string {
		r, err := Report(path, report.Options{})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		b := bytes.NewBufferString(exports(t, path) + string(text))
		for _, write := range []func(io.Writer) error{r.WriteMarkdown, r.WriteLaTeX, r.WriteNPZ} {
			if err := write(b); err != nil {
				t.Fatal(err)
			}
		}
		return b.String()
	}
	want := all(whole.Out)
	var parts []string
	for shard := range 3 {
		o := whole
		o.Out, o.Shard = filepath.Join(dir, "part"+strconv.Itoa(shard)+".db"), strconv.Itoa(shard)+"/3"
		if _, err := Run(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		parts = append(parts, o.Out)
	}
	for i, order := range [][]string{parts, {parts[2], parts[0], parts[1]}, {parts[1], parts[1], parts[2], parts[0]}} {
		out := filepath.Join(dir, "out"+strconv.Itoa(i)+".db")
		m, err := Merge(t.Context(), out, order)
		if err != nil || m.Done != 8 || m.Planned != 8 || m.Added != 320 || m.ImagesDone != 320 || len(m.Conflicts) != 0 || len(m.Computed) != 1 {
			t.Fatalf("%+v, %v", m, err)
		}
		if got := all(out); got != want {
			t.Errorf("order %d: %q\nwant %q", i, got, want)
		}
	}
	// What parts have together is what one has that has all, whichever are named.
	for _, paths := range [][]string{parts, {dir}} {
		status, err := ReadStatus(paths...)
		if err != nil || len(status.Stores) < 3 || status.Images != 320 || status.ImagesDone != 320 {
			t.Errorf("%+v, %v", status, err)
		}
	}
	if status, err := ReadStatus(parts[0], parts[0]); err != nil || status.ImagesDone != status.Stores[0].ImagesDone || status.Images != 320 {
		t.Errorf("one part twice: %+v, %v", status, err)
	}
	if _, err := ReadStatus(t.TempDir()); err == nil || !strings.Contains(err.Error(), "there are no files whose names end in .db") {
		t.Errorf("an empty folder: %v", err)
	}
	if r, err := Run(t.Context(), func() Options { o := whole; o.Out = filepath.Join(dir, "out0.db"); return o }()); err != nil || r.Done != 8 {
		t.Errorf("a run goes on with what was merged: %+v, %v", r, err)
	}
}

func TestMergedWrite(t *testing.T) {
	m := Merged{Store: "a.db", Counts: report.Counts{Planned: 9, Done: 8}, Images: 90, ImagesDone: 80, Added: 30, Computed: []Computed{{"cpu", "AVX2", 60}, {"webgpu", "B200", 20}}, Programs: []string{"v1", "v2"}}
	for range shownConflicts + 2 {
		m.Conflicts = append(m.Conflicts, Conflict{"a", "fog{severity=3}", 1000, 500, Made{"cpu", "AVX2", 400}, []Made{{"webgpu", "B200", 401}}})
	}
	var b bytes.Buffer
	m.Write(&b)
	for _, want := range []string{"a.db: 8 of 9 cells measured, 0 failed; 80 of 90 images, 30 of them new\n60 images on cpu (AVX2)\n20 images on webgpu (B200)\n",
		"written by different versions of this program: v1, v2\n", "12 results differ between these files", "\n  and 2 more (--json has all)\n",
		"  a, fog{severity=3}, images 1000 to 1499: kept 400 right on cpu (AVX2); not 401 right on webgpu (B200)\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s\nwithout %q", b.String(), want)
		}
	}
}
