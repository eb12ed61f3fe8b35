package console

import (
	"bytes"
	"fmt"
	"testing"
)

func TestJSONLines(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(JSONLines(&b))
	fmt.Fprintf(w, "Suite %s: a \"note\".\n", "l2\x1b")
	fmt.Fprintf(w, "%s\n", `{"cells":3}`)
	fmt.Fprintf(w, "half ")
	fmt.Fprintf(w, "a line {1}\n\n")
	fmt.Fprintf(w, "{no JSON}\n")
	fmt.Fprintf(w, "steady: it failed\nfor two reasons\n")
	fmt.Fprintf(w, "never ended")
	want := `{"message":"Suite l2\\x1b: a \"note\"."}
{"cells":3}
{"message":"half a line {1}\\n"}
{"message":"{no JSON}"}
{"error":"it failed\\nfor two reasons"}
`
	if b.String() != want {
		t.Errorf("%s, want\n%s", &b, want)
	}
}
