package classnames

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pythonToJSON returns a Python literal, as str and repr write it, as JSON: dictionaries with strings or numbers as keys,
// lists, tuples, strings, numbers, True, False and None.
func pythonToJSON(text string) ([]byte, error) {
	p := &python{rest: text}
	p.value(0)
	if p.space(); p.err == nil && p.rest != "" {
		p.fail("%.20q after the end", p.rest)
	}
	return []byte(p.out.String()), p.err
}

type python struct {
	rest string
	out  strings.Builder
	err  error
}

func (p *python) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("not a Python literal: "+format, args...)
	}
}

func (p *python) space() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

// accept reads a sign, if it is next.
func (p *python) accept(sign string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.rest, sign)
	p.rest = rest
	return ok
}

// maxDepth bounds lists in lists, so that no text can exhaust the stack.
const maxDepth = 8

func (p *python) value(depth int) {
	if depth > maxDepth {
		p.fail("more than %d lists in each other", maxDepth)
	}
	switch {
	case p.err != nil:
	case p.accept("{"):
		p.list("{", "}", func() {
			p.key()
			if !p.accept(":") {
				p.fail("no colon before %.20q", p.rest)
			}
			p.out.WriteByte(':')
			p.value(depth + 1)
		})
	case p.accept("["):
		p.list("[", "]", func() { p.value(depth + 1) })
	case p.accept("("):
		p.list("[", ")", func() { p.value(depth + 1) })
	case p.isString():
		p.write(p.string())
	default:
		word := p.word()
		switch word {
		case "None":
			word = "null"
		case "True", "False":
			word = strings.ToLower(word)
		default:
			if !json.Valid([]byte(word)) {
				p.fail("%.20q", word+p.rest)
			}
		}
		p.out.WriteString(word)
	}
}

// list reads elements with commas between them up to the end.
func (p *python) list(begin, end string, element func()) {
	p.out.WriteString(begin)
	for first := true; p.err == nil && !p.accept(end); first = false {
		if !first {
			if !p.accept(",") {
				p.fail("no comma before %.20q", p.rest)
				return
			}
			if p.accept(end) { // a comma after the last element
				break
			}
			p.out.WriteByte(',')
		}
		element()
	}
	if begin == "{" {
		p.out.WriteString("}")
	} else {
		p.out.WriteString("]")
	}
}

// key reads the key of a dictionary, which in JSON is always a string.
func (p *python) key() {
	if p.isString() {
		p.write(p.string())
		return
	}
	word := p.word()
	if _, err := strconv.Atoi(word); err != nil {
		p.fail("the key %.20q: want a string or a whole number", word+p.rest)
	}
	p.write(word)
}

// word reads letters, digits and what numbers have beside them.
func (p *python) word() string {
	p.space()
	n := strings.IndexFunc(p.rest, func(c rune) bool { return strings.ContainsRune(" \t\r\n,:]})", c) })
	if n < 0 {
		n = len(p.rest)
	}
	word := p.rest[:n]
	p.rest = p.rest[n:]
	return word
}

func (p *python) write(s string) {
	b, err := json.Marshal(s)
	if err != nil {
		p.fail("%w", err)
	}
	p.out.Write(b)
}

// isString reports whether a string is next.
func (p *python) isString() bool {
	p.space()
	s := strings.TrimLeft(p.rest, "u")
	return len(p.rest)-len(s) < 2 && s != "" && (s[0] == '\'' || s[0] == '"')
}

// string reads a string in quotes of either kind.
func (p *python) string() string {
	s := strings.TrimPrefix(p.rest, "u")
	quote := s[0]
	s = s[1:]
	var b strings.Builder
	for {
		if s == "" || s[0] == '\n' {
			p.fail("a string has no end")
			return ""
		}
		if s[0] == quote {
			p.rest = s[1:]
			return b.String()
		}
		if s[0] != '\\' {
			_, n := utf8.DecodeRuneInString(s)
			b.WriteString(s[:n])
			s = s[n:]
			continue
		}
		c, rest, err := unescape(s)
		if err != nil {
			p.fail("%w", err)
			return ""
		}
		b.WriteRune(c)
		s = rest
	}
}

// unescape reads one character that is written with a backslash.
func unescape(s string) (rune, string, error) {
	c, _, rest, err := strconv.UnquoteChar(s, 0)
	if err == nil {
		return c, rest, nil
	}
	if len(s) > 1 && (s[1] == '\'' || s[1] == '"') {
		return rune(s[1]), s[2:], nil
	}
	return 0, "", errors.New("an escape that is not supported: " + strconv.QuoteToASCII(s[:min(len(s), 4)]))
}
