package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestJoinTables(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, rows ...row) string {
		var w strings.Builder
		(&table{rows: rows}).print(&w)
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte("before\n"+w.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a := write("a", row{"x", 3, "1 ms", "P", "2 ms", 2}, row{"y", 3, "4 ms", "P", "4 ms", 1})
	b := write("b", row{"x", 3, "3 ms", "P", "9 ms", 3}, row{"x", 3, "3 ms", "Q", "6 ms", 2}, row{"z", 3, "5 ms", "", "", 0})
	var w strings.Builder
	if err := joinTables(&w, "A="+a+",B="+b); err != nil {
		t.Fatal(err)
	}
	want := `| work | peer | A: ours | its | ratio | B: ours | its | ratio |
|---|---|---|---|---|---|---|---|
| x | P | 1 ms | 2 ms | 2.00× | 3 ms | 9 ms | 3.00× |
| x | Q |  |  |  | 3 ms | 6 ms | 2.00× |
| z |  |  |  |  | 5 ms |  |  |
| y | P | 4 ms | 4 ms | 1.00× |  |  |  |
`
	if w.String() != want {
		t.Errorf("got\n%s\nwant\n%s", w.String(), want)
	}
	empty := filepath.Join(folder, "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"", a, "A=" + filepath.Join(folder, "none"), "A=" + empty} {
		if err := joinTables(&w, wrong); err == nil {
			t.Errorf("%q is joined", wrong)
		}
	}
}
