package eval

import (
	"strings"
	"testing"
)

func FuzzParseClassMap(f *testing.F) {
	for _, s := range []string{"cat,3\ndog,4", "cat\ttabby", `{"cat": 3, "dog": "hound"}`, "\ufeffa,b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := ParseClassMap(b); err == nil && len(m) == 0 {
			t.Errorf("%q: no map and no error", b)
		}
	})
}

// FuzzMatchClasses matches any names, of which each is a line.
func FuzzMatchClasses(f *testing.F) {
	f.Add("cat\ndog", "dog\nCat, tabby\nbird", "")
	f.Add("0\n2", "", "")
	f.Add("n02123045\nn02084071", "n02084071 dog\nn02123045 tabby", "")
	f.Add("a\nb", "c\nd", "a,d")
	f.Fuzz(func(t *testing.T, set, network, given string) {
		classes := strings.Split(set, "\n")
		names := strings.Split(network, "\n")
		table, _ := ParseClassMap([]byte(given))
		for _, names := range [][]string{names, nil} {
			n := max(len(names), 5)
			if names != nil {
				n = len(names)
			}
			m, err := MatchClasses(classes, names, n, table)
			if err != nil {
				continue
			}
			for i, k := range m.Classes {
				if len(m.Classes) != len(classes) || k < 0 || k >= n || m.Names != nil && len(m.Names) != n {
					t.Fatalf("class %d of %q is %d of %d %q", i, classes, k, n, m.Names)
				}
			}
		}
	})
}
