package inspect

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"steady/core/phrase"
)

// width is the longest line that is written, if words allow.
const width = 100

// joint is a space at which lines are not wrapped.
const joint = "\u00a0"

// flagsTogether keeps flags and their values on one line.
var flagsTogether = strings.NewReplacer("--preset ", "--preset"+joint, "--scale ", "--scale"+joint, "--mean ", "--mean"+joint,
	"--std ", "--std"+joint, "(a guess", "(a"+joint+"guess")

// page writes lines of a title and text, wrapped.
type page struct{ w io.Writer }

const (
	indent = "  "
	column = 13 // of the text
)

// line writes a title and text beside it; what else there is stands below.
func (p page) line(title, text string, below ...string) {
	p.wrap(indent+title+strings.Repeat(" ", max(column-utf8.RuneCountInString(title), 1)), text)
	for _, s := range below {
		p.wrap(strings.Repeat(" ", len(indent)+column)+"- ", s)
	}
}

// wrap writes words after a beginning, and further lines below the first word. What a terminal would not print is escaped:
// files may hold anything.
func (p page) wrap(begin, text string) {
	text = escaped(text)
	at := utf8.RuneCountInString(begin)
	next := "\n" + strings.Repeat(" ", at)
	line := begin
	room := width - at
	for i, word := range strings.Split(text, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case room <= n:
			line += next
			room = width - at
		default:
			line += " "
			room--
		}
		line += word
		room -= n
	}
	line = strings.ReplaceAll(line, joint, " ")
	for l := range strings.Lines(line + "\n") {
		io.WriteString(p.w, l) // line by line, as a writer that escapes may expect
	}
}

// Write writes the report as text for a terminal.
func (r *Report) Write(w io.Writer) {
	p := page{w}
	p.line("file", r.file())
	for _, v := range r.Inputs {
		p.line("input", v.String())
	}
	for _, v := range r.Outputs {
		p.line("output", v.String())
	}
	if r.Runs {
		with := ""
		for i, ask := range r.Asks {
			with += []string{", with ", " and "}[min(i, 1)] + map[string]string{"size": "--size N", "layout": "--layout chw or hwc"}[ask]
		}
		p.line("runs", fmt.Sprintf("yes%s: %d classes, answers %s", with, r.Classes, r.Answers))
	} else {
		problems := r.Problems
		if r.Unchecked > 0 {
			problems = append(problems[:len(problems):len(problems)],
				fmt.Sprintf("what these make is not known, so that %s after them could not be checked", phrase.Count(r.Unchecked, "node")))
		}
		p.line("runs", "no", problems...)
	}
	size := grouped(r.Parameters) + " parameters"
	if r.Stored16 > 0 {
		size += ", " + grouped(r.Stored16) + " stored in 16 bits"
	}
	if r.MACs > 0 {
		size += ", " + scaled(float64(r.MACs)) + " multiply-adds an image"
	}
	p.line("size", size)
	if len(r.Memory) > 0 {
		var logits, gradients []string
		for _, m := range r.Memory {
			logits = append(logits, fmt.Sprintf("%s for %s", byteSize(m.Logits), phrase.Count(m.Images, "image")))
			gradients = append(gradients, byteSize(m.Gradients))
		}
		p.line("memory", fmt.Sprintf("%s (to attack: %s)", strings.Join(logits, ", "), strings.Join(gradients, ", ")))
	}
	p.line("classes", r.names())
	p.line("pixels", flagsTogether.Replace(r.Pixels.String()), r.Pixels.Evidence...)
	r.writeOperators(p)
	for _, n := range r.Notes {
		p.line("note", n)
	}
}

func (r *Report) file() string {
	list := []string{byteSize(float64(r.Bytes))}
	if r.Producer != "" {
		list = append(list, "written by "+r.Producer)
	}
	for _, o := range r.Opsets {
		if o.Domain == "ai.onnx" {
			list = append(list, fmt.Sprintf("operator set %d", o.Version))
		} else {
			list = append(list, fmt.Sprintf("%s %d", o.Domain, o.Version))
		}
	}
	list = append(list, fmt.Sprintf("IR version %d", r.IRVersion))
	if r.Graph != "" {
		list = append(list, "graph "+r.Graph)
	}
	return strings.Join(list, ", ")
}

// String returns name, type and shape.
func (v Value) String() string {
	shape := "of no shape"
	if len(v.Shape) > 0 {
		shape = strings.Join(v.Shape, " × ")
	}
	if v.Type == "" {
		return v.Name + ", no tensor"
	}
	return fmt.Sprintf("%s, %s, %s", v.Name, v.Type, shape)
}

func (r *Report) names() string {
	if len(r.ClassNames) == 0 {
		return "the file has no names (--labels FILE gives them)"
	}
	const most = 6
	text := strings.Join(r.ClassNames[:min(len(r.ClassNames), most)], ", ")
	if len(r.ClassNames) > most {
		text += ", …"
	}
	return fmt.Sprintf("%s (%d, of %s)", text, len(r.ClassNames), r.NamesFrom)
}

// String says what the network seems to want, as flags.
func (p Pixels) String() string {
	if p.Spec == nil {
		return "not known: compare the accuracy with each that may be right ('steady list presets')"
	}
	text := "seems to want"
	switch flags := p.Spec.String(); {
	case p.Preset != "" && flags == "":
		text += " them as they are, from 0 to 1: --preset " + p.Preset
	case p.Preset != "":
		text += fmt.Sprintf(" --preset %s, which is %s", p.Preset, flags)
	default:
		text += " " + flags
	}
	if !p.Certain {
		text += " (a guess)"
	}
	return text
}

func (r *Report) writeOperators(p page) {
	kinds := []struct {
		title string
		of    func(o Operator) int
	}{
		{"not supported", func(o Operator) int { return o.Unsupported }},
		{"not checked", func(o Operator) int { return o.Unchecked }},
		{"not needed", func(o Operator) int { return o.Unneeded }},
		{"supported", func(o Operator) int { return o.Nodes - o.Unsupported - o.Unchecked - o.Unneeded }},
	}
	total := 0
	var lists []string
	for _, k := range kinds {
		var words []string
		for _, o := range r.Operators {
			if n := k.of(o); n > 0 {
				words = append(words, fmt.Sprintf("%s%s%d", o.Name, joint, n))
				total += n
			}
		}
		if len(words) > 0 {
			lists = append(lists, k.title+": "+strings.Join(words, ", "))
		}
	}
	text := phrase.Count(total, "node")
	if len(lists) == 1 {
		text, lists = text+", "+lists[0], nil
	}
	p.line("operators", text, lists...)
}

// escaped returns a text in which what a terminal would not print as it is stands as in a Go string.
func escaped(s string) string {
	plain := func(c rune) bool { return strconv.IsPrint(c) || string(c) == joint }
	if strings.IndexFunc(s, func(c rune) bool { return !plain(c) }) < 0 {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		if plain(c) {
			b.WriteRune(c)
		} else {
			q := strconv.QuoteRune(c)
			b.WriteString(q[1 : len(q)-1])
		}
	}
	return b.String()
}

// grouped returns a number with commas between its thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// scaled returns a number in thousands, millions or billions.
func scaled(x float64) string {
	for _, unit := range []string{"", " thousand", " million", " billion"} {
		if x < 1000 || unit == " billion" {
			return fmt.Sprintf("%.3g%s", x, unit)
		}
		x /= 1000
	}
	return ""
}

// byteSize returns a size in the largest unit in which it is at least 1.
func byteSize(x float64) string {
	for _, unit := range []string{"bytes", "kB", "MB", "GB"} {
		if x < 1000 || unit == "GB" {
			return fmt.Sprintf("%.3g %s", x, unit)
		}
		x /= 1000
	}
	return ""
}
