package revision

import "testing"

func TestString(t *testing.T) {
	for want, b := range map[string]Build{
		"(devel)":               {Version: "(devel)"},
		"v1.2.0 abc":            {Version: "v1.2.0", Revision: "abc"},
		"(devel) abc, modified": {Version: "(devel)", Revision: "abc", Modified: true},
	} {
		if b.String() != want {
			t.Errorf("%q, want %q", b.String(), want)
		}
	}
	if Read().Version == "" {
		t.Error("a test has no version")
	}
}
