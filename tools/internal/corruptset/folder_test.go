package corruptset

import (
	"path/filepath"
	"testing"
)

// A run that ends without a file takes about.json away; another that is under way lists its files all the same.
func TestCloseBesideAnother(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "c")
	run, names := Run{Images: 1, Severities: []Severity{1}}, []string{"fog.npy"}
	var both [2]*folder
	for i := range both {
		var err error
		if both[i], err = openFolder(dir, run, names, false); err != nil {
			t.Fatal(err)
		}
	}
	both[0].close(names)
	if _, err := both[1].read(); err == nil {
		t.Error("about.json is still there")
	}
	if err := both[1].refresh(); err != nil {
		t.Error(err)
	}
	again, err := openFolder(dir, run, names, false) // which the first has removed
	if err != nil {
		t.Fatal(err)
	}
	if err := again.list("fog.npy", "sum"); err != nil {
		t.Fatal(err)
	}
	both[1].close(names)
	if found, err := both[1].read(); err != nil || found.Files["fog.npy"] != "sum" {
		t.Errorf("%v, %v", found.Files, err)
	}
}
