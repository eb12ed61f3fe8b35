package table

import (
	"strings"
	"testing"
)

func document() Document {
	return Document{Tables: []Table{
		{Caption: "Accuracy in %", Label: "a", Heads: []string{"network", "clean"}, Rows: [][]Cell{{{Text: "a_b"}, {"90.1", "[88, 92]"}}, {{Text: "c"}, None}}},
		{Caption: "R", Label: "r", Heads: []string{"x|y"}, Rows: [][]Cell{{{Text: "0"}}}},
	}, Notes: []string{"a & b"}}
}

func TestWriteKeepsLines(t *testing.T) {
	d := Document{Tables: []Table{{Caption: "a\nb", Label: "a", Heads: []string{"n\x1b[2J"}, Rows: [][]Cell{{{Text: "−1\u2028"}}}}}, Notes: []string{"c\rd"}}
	var text, latex strings.Builder
	d.WriteText(&text)
	if want := "a b\nn [2J\n−1\nc d\n"; text.String() != want {
		t.Errorf("%q, want %q", text.String(), want)
	}
	if err := d.WriteLaTeX(&latex); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(latex.String(), "$-$1") {
		t.Error(latex.String())
	}
}

func TestWrite(t *testing.T) {
	d := document()
	var text, markdown, latex strings.Builder
	d.WriteText(&text)
	if err := d.WriteMarkdown(&markdown); err != nil {
		t.Fatal(err)
	}
	if err := d.WriteLaTeX(&latex); err != nil {
		t.Fatal(err)
	}
	if want := "Accuracy in %\nnetwork          clean\na_b      90.1 [88, 92]\nc                    –\n\nR\nx|y\n0\na & b\n"; text.String() != want {
		t.Errorf("%q, want %q", text.String(), want)
	}
	want := "Accuracy in %\n\n| network | clean |\n|---|---:|\n| a\\_b | 90.1 \\[88, 92\\] |\n| c | – |\n\nR\n\n| x\\|y |\n|---|\n| 0 |\n\n- a \\& b\n"
	if markdown.String() != want {
		t.Errorf("%q, want %q", markdown.String(), want)
	}
	for _, part := range []string{"\\caption{Accuracy in \\% a \\& b}", "\\label{tab:steady-r}", "a\\_b & 90.1 \\\\\n & {\\scriptsize {[}88, 92{]}} \\\\\nc & \\textendash{} \\\\", "\\begin{tabular}{l}"} {
		if !strings.Contains(latex.String(), part) {
			t.Errorf("no %s in %s", part, latex.String())
		}
	}
}
