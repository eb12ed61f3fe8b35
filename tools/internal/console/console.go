package console

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Escape returns a text in which line breaks and all else that controls a terminal, or the direction of text, stands as in a
// Go string: as in \n, \x1b and \u202e.
func Escape(s string) string {
	return string(escape([]byte(s), func(r rune, size int, raw []byte) []byte {
		switch {
		case r == utf8.RuneError && size == 1:
			return fmt.Appendf(nil, `\x%02x`, raw[0])
		case r == '\n':
			return []byte(`\n`)
		case r == '\r':
			return []byte(`\r`)
		case r < 0x80:
			return fmt.Appendf(nil, `\x%02x`, r)
		case r < 0x10000:
			return fmt.Appendf(nil, `\u%04x`, r)
		}
		return fmt.Appendf(nil, `\U%08x`, r)
	}))
}

// EscapeJSON returns JSON of the same value in which strings have escapes for what [Escape] has them for. The line breaks
// between values stay.
func EscapeJSON(text []byte) []byte {
	return escape(text, func(r rune, size int, raw []byte) []byte {
		switch {
		case r == '\n' || r == utf8.RuneError:
			return raw
		case r < 0x10000:
			return fmt.Appendf(nil, `\u%04x`, r)
		}
		high, low := utf16.EncodeRune(r)
		return fmt.Appendf(nil, `\u%04x\u%04x`, high, low)
	})
}

// escape replaces the runes of a text that control something.
func escape(text []byte, replace func(r rune, size int, raw []byte) []byte) []byte {
	var out []byte // nil as long as nothing is replaced
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		raw := text[i : i+size]
		i += size
		if controls(r, size) {
			if out == nil {
				out = append(make([]byte, 0, len(text)+16), text[:i-size]...)
			}
			out = append(out, replace(r, size, raw)...)
		} else if out != nil {
			out = append(out, raw...)
		}
	}
	if out == nil {
		return text
	}
	return out
}

// controls reports whether a rune is no character to see: controls but for the tab, marks of direction and other invisible
// ones, breaks of lines and paragraphs, and what is not UTF-8. The joiners of emoji and of Arabic and Indic scripts stay.
func controls(r rune, size int) bool {
	switch {
	case r == '\t' || r == '\u200c' || r == '\u200d':
		return false
	case r == utf8.RuneError:
		return size == 1
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// Writer writes text for people. Every call of Write is one line or a part of one: a line break at its end is one, and those
// within it are escaped, since only a name can have brought them. So fmt.Fprintf and the like need no care with names, as
// long as they write line by line.
type Writer struct{ w io.Writer }

// NewWriter returns a writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w} }

// Write writes a line, or a part of one.
func (w *Writer) Write(b []byte) (int, error) {
	text, end := bytes.CutSuffix(b, []byte("\n"))
	line := Escape(string(text))
	if end {
		line += "\n"
	}
	if _, err := io.WriteString(w.w, line); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Unwrap returns what is written to, for a caller that controls it.
func (w *Writer) Unwrap() io.Writer { return w.w }

// Error writes an error to w: a line for each that errors.Join has joined.
func (w *Writer) Error(prefix string, err error) {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var texts []string
		for _, e := range several.Unwrap() {
			texts = append(texts, e.Error())
		}
		if strings.Join(texts, "\n") == err.Error() {
			for _, e := range several.Unwrap() {
				w.Error(prefix, e)
			}
			return
		}
	}
	fmt.Fprintf(w, "%s%v\n", prefix, err)
}

// Checked remembers the first error of writing, for callers that do not look at it.
type Checked struct {
	W   io.Writer
	Err error
}

// Write writes to W.
func (c *Checked) Write(b []byte) (int, error) {
	n, err := c.W.Write(b)
	if c.Err == nil {
		c.Err = err
	}
	return n, err
}
