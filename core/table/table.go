package table

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Document is tables, and notes about them.
type Document struct {
	Tables []Table
	Notes  []string
}

// Table is a table. The first column is text, the others are numbers.
type Table struct {
	Caption, Label string
	Heads          []string
	Rows           [][]Cell
}

// Cell is a number, or a text, and its interval if it has one.
type Cell struct{ Text, Interval string }

// None is what a table has in the place of a number.
var None = Cell{Text: "–"}

// String returns the text, and the interval behind it.
func (c Cell) String() string { return strings.TrimSuffix(c.Text+" "+c.Interval, " ") }

// OneLine returns text with a space for each character that separates lines or moves a terminal's cursor.
func OneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, text)
}

// WriteText writes the tables with their columns under each other, and the notes.
func (d Document) WriteText(w io.Writer) {
	for i, t := range d.Tables {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, OneLine(t.Caption))
		widths := make([]int, len(t.Heads))
		for k, head := range t.Heads {
			widths[k] = len([]rune(head))
			for _, row := range t.Rows {
				widths[k] = max(widths[k], len([]rune(row[k].String())))
			}
		}
		line := func(texts func(k int) string) {
			var b strings.Builder
			for k, width := range widths {
				text := texts(k)
				if space := strings.Repeat(" ", width-len([]rune(text))); k == 0 {
					text += space
				} else {
					text = "  " + space + text
				}
				b.WriteString(text)
			}
			fmt.Fprintln(w, strings.TrimRight(OneLine(b.String()), " "))
		}
		line(func(k int) string { return t.Heads[k] })
		for _, row := range t.Rows {
			line(func(k int) string { return row[k].String() })
		}
	}
	for _, n := range d.Notes {
		fmt.Fprintln(w, OneLine(n))
	}
}
