package table

import (
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown writes the document as GitHub and most other programs read it.
func (d Document) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	for i, t := range d.Tables {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s\n\n", markdownText(t.Caption))
		for _, head := range t.Heads {
			b.WriteString("| " + markdownText(head) + " ")
		}
		b.WriteString("|\n")
		b.WriteString("|---|" + strings.Repeat("---:|", len(t.Heads)-1) + "\n")
		for _, row := range t.Rows {
			for _, c := range row {
				b.WriteString("| " + markdownText(c.String()) + " ")
			}
			b.WriteString("|\n")
		}
	}
	if len(d.Notes) > 0 {
		b.WriteByte('\n')
	}
	for _, n := range d.Notes {
		fmt.Fprintf(&b, "- %s\n", markdownText(n))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownText escapes text, so that it shows as it is. What separates lines is a space.
func markdownText(text string) string {
	var b strings.Builder
	for _, r := range OneLine(text) {
		if strings.ContainsRune("\\`*_{}[]<>|#~$&!", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
