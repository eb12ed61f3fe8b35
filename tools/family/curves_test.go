package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The figure has a line for each log, and what was not measured leaves no point.
func TestCurves(t *testing.T) {
	o := options{logs: t.TempDir()}
	family := []member{{name: "one", data: "set"}, {name: "two", data: "set"}, {name: "three", data: "set"}, {name: "four", data: "other"}}
	for i, log := range []string{
		`{"epoch":1,"loss":1,"seconds":1,"steps_per_second":1}` + "\n" + `{"epoch":2,"loss":1,"measured_on":"training","clean_accuracy":0.5,"corrupted_accuracy":0.25,"pgd10_accuracy":0.125}` + "\n",
		`{"epoch":1,"measured_on":"training","clean_accuracy":0.75}` + "\n",
		"",
	} {
		if err := os.WriteFile(o.log(family[i]), []byte(log), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, data := range []string{"set", "other"} {
		if err := o.writeCurves(family, data); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(filepath.Join(o.logs, "set.svg"))
	if err != nil {
		t.Fatal(err)
	}
	for want, n := range map[string]int{"one: 50.0 %": 1, "one: 25.0 %": 1, "one: 12.5 %": 1, "two: 75.0 %": 1, "two:": 1, "three": 0} {
		if got := strings.Count(string(b), want); got != n {
			t.Errorf("%q: %d times, want %d", want, got, n)
		}
	}
	if _, err := os.Stat(filepath.Join(o.logs, "other.svg")); err == nil {
		t.Error("a figure of no log")
	}
	if err := os.WriteFile(o.log(family[3]), []byte("{"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := o.writeCurves(family, "other"); err == nil || !strings.Contains(err.Error(), "four.jsonl") {
		t.Errorf("a log that is cut off: %v", err)
	}
}
