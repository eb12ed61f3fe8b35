package chart

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"math"
	"strconv"
	"strings"
)

// svg is a document that grows.
type svg struct{ bytes.Buffer }

// heading is what a figure is called.
type heading struct {
	title, description, id string
	inline                 bool
}

// titleLetter is about how wide a letter of a title is.
const titleLetter = 8.2

// begin begins the document, which is wide enough for its title. Within a page it has the page's paper and colors.
func (s *svg) begin(h heading, width, height float64) {
	if h.title != "" && !h.inline {
		width = max(width, 16+titleLetter*float64(len([]rune(h.title))))
	}
	id := cmp.Or(h.id, "chart")
	attributes := []string{"xmlns", "http://www.w3.org/2000/svg", "id", id, "role", "img"}
	if h.inline {
		attributes = append(attributes, "aria-label", h.title+": "+h.description)
	} else {
		attributes = append(attributes, "aria-labelledby", id+"-title "+id+"-desc")
	}
	attributes = append(attributes, "width", number(width), "height", number(height), "viewBox", "0 0 "+number(width)+" "+number(height),
		"font-family", "system-ui, sans-serif", "font-size", number(fontSize))
	if h.inline {
		s.open("svg", append(attributes, "fill", "currentColor")...)
		s.WriteByte('\n')
		return
	}
	s.open("svg", append(attributes, "color", "#1b1b1b", "fill", "currentColor")...)
	s.WriteByte('\n')
	s.text("title", h.title, "id", id+"-title")
	s.text("desc", h.description, "id", id+"-desc")
	s.text("style", "@media (prefers-color-scheme: dark) { #"+id+" { color: #e6e6e6 } #"+id+" > .paper { fill: #161616 } }")
	s.element("rect", "class", "paper", "width", number(width), "height", number(height), "fill", "#fff")
	if h.title != "" {
		s.text("text", h.title, "x", "8", "y", "20", "font-weight", "bold", "font-size", "14")
	}
}

// open begins an element with attributes, each a name and its value; one whose value is empty is left out.
func (s *svg) open(name string, attributes ...string) { s.start(name, attributes, ">") }

// element writes one without content.
func (s *svg) element(name string, attributes ...string) { s.start(name, attributes, "/>\n") }

func (s *svg) close(name string) { s.WriteString("</" + name + ">\n") }

// text writes an element with text in it.
func (s *svg) text(name, text string, attributes ...string) {
	s.open(name, attributes...)
	s.WriteString(escape(text))
	s.close(name)
}

func (s *svg) start(name string, attributes []string, end string) {
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
