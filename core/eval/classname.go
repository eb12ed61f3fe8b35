package eval

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// plain returns the form in which names are compared.
func plain(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == '_' || r == '-' {
			return ' '
		}
		return r
	}, strings.ToLower(name))
	return strings.Join(strings.Fields(name), " ")
}

var wnid = regexp.MustCompile(`^n\d{8}(?:[-_ .,:]|$)`)

// splitWNID cuts a WordNet ID from the beginning of a name.
func splitWNID(name string) (id, rest string) {
	if !wnid.MatchString(name) {
		return "", name
	}
	return name[:9], strings.Trim(name[9:], "-_ .,:")
}

// synonyms returns the names that a name stands for, itself first.
func synonyms(name string) []string {
	list := []string{plain(name)}
	id, rest := splitWNID(name)
	if id != "" {
		list = append(list, id, plain(rest))
	}
	if strings.Contains(rest, ",") {
		for part := range strings.SplitSeq(rest, ",") {
			list = append(list, plain(part))
		}
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// nameTable returns the classes of names. A whole name goes before a part of another.
func nameTable(names []string) map[string]int {
	table := map[string]int{}
	add := func(name string, class int) {
		if k, ok := table[name]; ok && k != class {
			class = -1
		}
		table[name] = class
	}
	for i, n := range names {
		if p := plain(n); p != "" {
			add(p, i)
		}
	}
	parts := map[string]int{}
	table, parts = parts, table
	for i, n := range names {
		for _, s := range synonyms(n) {
			add(s, i)
		}
	}
	table, parts = parts, table
	for s, k := range parts {
		if _, ok := table[s]; !ok {
			table[s] = k
		}
	}
	return table
}

// number returns the number that a name is, or -1.
func number(name string) int {
	n, err := strconv.ParseUint(name, 10, 31)
	if err != nil {
		return -1
	}
	return int(n)
}
