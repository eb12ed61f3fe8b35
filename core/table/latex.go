package table

import (
	"fmt"
	"io"
	"strings"
)

// WriteLaTeX writes the document for the package booktabs. The notes are in the first table's caption.
func (d Document) WriteLaTeX(w io.Writer) error {
	var b strings.Builder
	b.WriteString("% \\usepackage{booktabs}\n")
	for i, t := range d.Tables {
		caption := latexText(t.Caption)
		if i == 0 && len(d.Notes) > 0 {
			caption += " " + latexText(strings.Join(d.Notes, " "))
		}
		fmt.Fprintf(&b, "\\begin{table}\n\\centering\n\\caption{%s}\n\\label{tab:steady-%s}\n\\begin{tabular}{l%s}\n\\toprule\n", caption, t.Label, strings.Repeat("r", len(t.Heads)-1))
		latexRow(&b, t.Heads, "%s")
		b.WriteString("\\midrule\n")
		for _, row := range t.Rows {
			var texts, intervals []string
			for _, c := range row {
				texts, intervals = append(texts, c.Text), append(intervals, c.Interval)
			}
			latexRow(&b, texts, "%s")
			if strings.Join(intervals, "") != "" {
				latexRow(&b, intervals, "{\\scriptsize %s}")
			}
		}
		b.WriteString("\\bottomrule\n\\end{tabular}\n\\end{table}\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// latexRow writes a row of cells, those that are not empty in a form.
func latexRow(b *strings.Builder, cells []string, form string) {
	for i, text := range cells {
		if i > 0 {
			b.WriteString(" & ")
		}
		if text != "" {
			fmt.Fprintf(b, form, latexText(text))
		}
	}
	b.WriteString(" \\\\\n")
}

// latexEscapes also keep brackets and stars from a line's end before them.
var latexEscapes = map[rune]string{
	'\\': `\textbackslash{}`, '{': `\{`, '}': `\}`, '$': `\$`, '&': `\&`, '#': `\#`, '_': `\_`, '%': `\%`,
	'^': `\textasciicircum{}`, '~': `\textasciitilde{}`, '<': `\textless{}`, '>': `\textgreater{}`, '|': `\textbar{}`,
	'"': `\textquotedbl{}`, '\'': `\textquotesingle{}`, '`': `\textasciigrave{}`, '*': `{*}`, '[': `{[}`, ']': `{]}`,
	'×': `$\times$`, '−': `$-$`, '–': `\textendash{}`,
}

// latexText escapes text. Control characters, which LaTeX refuses, are spaces.
func latexText(text string) string {
	var b strings.Builder
	for _, r := range OneLine(text) {
		if escaped, ok := latexEscapes[r]; ok {
			b.WriteString(escaped)
		} else {
			b.WriteRune(r)
		}
	}
	return strings.ReplaceAll(b.String(), "--", "-{}-") // no dash
}
