package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// WriteMarkdown writes tables of networks and of corruptions, as GitHub and most other programs read them.
func (r *Report) WriteMarkdown(w io.Writer) error {
	d := r.document()
	var b strings.Builder
	for i, s := range d.tables {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s\n\n", markdownText(s.caption))
		for _, head := range s.heads {
			b.WriteString("| " + markdownText(head) + " ")
		}
		b.WriteString("|\n")
		b.WriteString("|---|" + strings.Repeat("---:|", len(s.heads)-1) + "\n")
		for _, row := range s.rows {
			for _, a := range row {
				b.WriteString("| " + markdownText(a.String()) + " ")
			}
			b.WriteString("|\n")
		}
	}
	if len(d.notes) > 0 {
		b.WriteByte('\n')
	}
	for _, n := range d.notes {
		fmt.Fprintf(&b, "- %s\n", markdownText(n))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownText escapes text, so that it shows as it is. What separates lines is a space.
func markdownText(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsControl(r) || unicode.IsSpace(r):
			r = ' '
		case strings.ContainsRune("\\`*_{}[]<>|#~$&!", r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
