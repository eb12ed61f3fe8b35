package main

import (
	"iter"
	"regexp"
	"strings"
)

// broken yields the habits of a place that a text breaks, with the line, counted from 0, on which each begins. A phrase
// may go on on the next line.
func broken(text string, where place) iter.Seq2[int, habit] {
	return func(yield func(int, habit) bool) {
		flat := strings.ReplaceAll(text, "\n", " ")
		for _, h := range habits {
			if h.where != where {
				continue
			}
			for _, at := range h.pattern.FindAllStringIndex(flat, -1) {
				if !yield(strings.Count(text[:at[0]], "\n"), h) {
					return
				}
			}
		}
	}
}

// checkText checks a Markdown file, or the comments of a TypeScript file.
func checkText(name, source string) []finding {
	prose := markdownProse
	if strings.HasSuffix(name, ".ts") {
		prose = commentProse
	}
	var findings []finding
	for line, h := range broken(prose(source), comments) {
		if _, ok := allowed[[2]string{h.name, name}]; !ok {
			findings = append(findings, finding{name, line + 1, h.name, h.advice})
		}
	}
	return findings
}

// span is code within a line of Markdown.
var span = regexp.MustCompile("`[^`]*`")

// markdownProse blanks the code in Markdown, and keeps its lines.
func markdownProse(source string) string {
	lines := strings.Split(source, "\n")
	fenced := false
	for i, line := range lines {
		fence := strings.HasPrefix(strings.TrimSpace(line), "```")
		if fenced = fenced != fence; fenced || fence {
			lines[i] = ""
		} else {
			lines[i] = span.ReplaceAllString(line, "")
		}
	}
	return strings.Join(lines, "\n")
}

// commentProse keeps the comments of TypeScript, on their lines, and of each line what follows the first "//" that no
// quote or colon (as in an address) comes before.
func commentProse(source string) string {
	lines := strings.Split(source, "\n")
	block := false
	for i, line := range lines {
		text := ""
		start, end := strings.Index(line, "/*"), strings.Index(line, "*/")
		switch {
		case block && end >= 0:
			text, block = line[:end], false
		case block:
			text = line
		case start >= 0 && strings.TrimSpace(line[:start]) == "":
			text, block = line[start+2:], end < 0
		default:
			if at := strings.Index(line, "//"); at >= 0 && !strings.ContainsAny(line[:at], "\"'`:") {
				text = line[at+2:]
			} else if at := strings.LastIndex(line, " // "); at >= 0 {
				text = line[at+4:]
			}
		}
		lines[i] = strings.TrimLeft(text, " *")
	}
	return strings.Join(lines, "\n")
}
