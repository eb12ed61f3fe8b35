package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"text/tabwriter"
)

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"Siamese cat, 猫, kočka":        "Siamese cat, 猫, kočka",
		`C:\new`:                       `C:\new`,
		"a\tb":                         "a\tb",
		"\x1b[31mred\n0\r\x07\x7f\x00": `\x1b[31mred\n0\r\x07\x7f\x00`,
		"\u0085\u009b31m":              `\u0085\u009b31m`,
		"abc\u202egpj.exe\u2066\u061c": `abc\u202egpj.exe\u2066\u061c`,
		"a\u2028b\u2029c\ufeff\u200b":  `a\u2028b\u2029c\ufeff\u200b`,
		"\U000e0041":                   `\U000e0041`,
		"\xff\x9b0m\ufffd":             `\xff\x9b0m` + "\ufffd",
		"👩\u200d🚀 کتاب\u200cها":        "👩\u200d🚀 کتاب\u200cها", // joined emoji, Persian
	} {
		if got := Escape(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// JSON is of the same values, whatever is escaped in it.
func TestEscapeJSON(t *testing.T) {
	values := map[string]any{"a\u202eb": []string{"\x1b[31m\n\x7f", "\u009b\u2066\U000e0041", "猫\ufffd"}, "n": 1.5}
	text, err := json.MarshalIndent(values, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	escaped := EscapeJSON(text)
	for _, r := range string(escaped) {
		if r != '\n' && (r < ' ' || strings.ContainsRune("\x7f\u009b\u202e\u2066\U000e0041", r)) {
			t.Errorf("%q is left in %s", r, escaped)
		}
	}
	var a, b map[string]any
	if err := errors.Join(json.Unmarshal(text, &a), json.Unmarshal(escaped, &b)); err != nil || fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("%q became %q, %v", a, b, err)
	}
}

func TestWriter(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b)
	if n, err := fmt.Fprintf(w, "  %s %d\n", "a\nsteady: ok\n", 3); n != 18 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	fmt.Fprint(w, "part")
	fmt.Fprintln(w)
	w.Error("error: ", errors.Join(errors.New("first\x1b"), fmt.Errorf("%w: line\nbreak", io.EOF)))
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprint(table, "a\tb\nccc\td\n")
	table.Flush()
	want := `  a\nsteady: ok\n 3` + "\npart\n" + `error: first\x1b` + "\n" + `error: EOF: line\nbreak` + "\na    b\nccc  d\n"
	if b.String() != want {
		t.Errorf("%q, want %q", &b, want)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestChecked(t *testing.T) {
	c := &Checked{W: io.Discard}
	fmt.Fprint(c, "x")
	if c.Err != nil {
		t.Error(c.Err)
	}
	c.W = full{}
	fmt.Fprint(c, "x")
	c.W = io.Discard
	fmt.Fprint(c, "x")
	if c.Err != io.ErrShortWrite {
		t.Errorf("the error of a writer that is full: %v", c.Err)
	}
	if _, err := NewWriter(full{}).Write([]byte("x")); err == nil {
		t.Error("no error")
	}
}
