package chart

import (
	"bytes"
	"encoding/xml"
	"math"
	"strconv"
	"strings"
)

// svg is a document that grows.
type svg struct{ bytes.Buffer }

// open begins an element with attributes, each a name and its value; one whose value is empty is left out.
func (s *svg) open(name string, attributes ...string) { s.begin(name, attributes, ">") }

// element writes one without content.
func (s *svg) element(name string, attributes ...string) { s.begin(name, attributes, "/>\n") }

func (s *svg) close(name string) { s.WriteString("</" + name + ">\n") }

// text writes an element with text in it.
func (s *svg) text(name, text string, attributes ...string) {
	s.open(name, attributes...)
	s.WriteString(escape(text))
	s.close(name)
}

func (s *svg) begin(name string, attributes []string, end string) {
	s.WriteString("<" + name)
	for i := 0; i < len(attributes); i += 2 {
		if attributes[i+1] != "" {
			s.WriteString(" " + attributes[i] + `="` + escape(attributes[i+1]) + `"`)
		}
	}
	s.WriteString(end)
}

func escape(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}

// number returns a length in pixels, with two decimals at most.
func number(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100+0, 'f', -1, 64) // + 0 for no -0
}

// path returns the path through points.
func path(closed bool, points ...Point) string {
	var b strings.Builder
	for i, p := range points {
		command := "L"
		if i == 0 {
			command = "M"
		}
		b.WriteString(command + number(p.X) + " " + number(p.Y))
	}
	if closed {
		b.WriteString("z")
	}
	return b.String()
}
