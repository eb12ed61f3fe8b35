package tsmessages

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Compare fails a test if the interfaces of files of web/src and Go's types have not the same fields, of the same kinds. messages
// are the arguments and the answer of each of the Operations of the last file, and steps what is told on the way, by the names of
// their types.
func Compare(t *testing.T, messages map[string][2]any, steps map[string]any, files ...string) {
	t.Helper()
	var sources strings.Builder
	for _, name := range files {
		source, err := os.ReadFile(filepath.Join(top(t), "web", "src", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		sources.Write(source)
		sources.WriteByte('\n')
	}
	p := parseProtocol(sources.String())
	operations := p.types["Operations"].fields
	if got, want := slices.Sorted(maps.Keys(operations)), slices.Sorted(maps.Keys(messages)); !slices.Equal(got, want) {
		t.Fatalf("%s has the operations %q, want %q", files[len(files)-1], got, want)
	}
	compare := func(where string, ts *tsType, in reflect.Type, answer bool) {
		for _, d := range p.differences(where, ts, in, answer) {
			t.Error(d)
		}
	}
	for op, m := range messages {
		for i, part := range []string{"args", "answer"} {
			compare(op+"."+part, operations[op].fields[part], reflect.TypeOf(m[i]), part == "answer")
		}
	}
	for name, step := range steps {
		compare(name, p.types[name], reflect.TypeOf(step), true)
	}
}

// top returns the top of the module.
func top(t *testing.T) string {
	t.Helper()
	folder := "."
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		folder = filepath.Join("..", folder)
		if len(folder) > 30 {
			t.Fatal("no go.mod in any folder above")
		}
	}
}

// A tsType is a type of protocol.ts.
type tsType struct {
	kind     string             // "string", "number", "boolean", "object", "array", "record", or a name
	fields   map[string]*tsType // of an object
	element  *tsType            // of an array or a record
	optional bool               // the field may be absent
	null     bool               // the value may be null
}

type protocol struct {
	types  map[string]*tsType
	tokens []string // what is left to read
}

var (
	tsComment = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`)
	tsToken   = regexp.MustCompile(`"[^"]*"|[\w.]+|\S`)
)

// parseProtocol reads the interfaces and types that a file exports; what else it has is passed over.
func parseProtocol(source string) *protocol {
	p := &protocol{types: map[string]*tsType{}, tokens: tsToken.FindAllString(tsComment.ReplaceAllString(source, ""), -1)}
	for len(p.tokens) > 0 {
		if p.next() != "export" {
			continue
		}
		switch p.next() {
		case "interface":
			name := p.next()
			p.types[name] = p.object()
		case "type":
			name := p.next()
			p.expect("=")
			p.types[name] = p.union()
		}
	}
	return p
}

func (p *protocol) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *protocol) next() string {
	token := p.peek()
	if token == "" {
		panic("protocol.ts ends in the middle of a type")
	}
	p.tokens = p.tokens[1:]
	return token
}

func (p *protocol) accept(token string) bool {
	if p.peek() != token {
		return false
	}
	p.next()
	return true
}

func (p *protocol) expect(token string) {
	if got := p.next(); got != token {
		panic(fmt.Sprintf("protocol.ts has %q, want %q before %q", got, token, p.tokens[:min(5, len(p.tokens))]))
	}
}

// union reads alternatives: those of one kind, and null beside one. Other unions stay what their first part is: only
// messages between the page and its worker have them.
func (p *protocol) union() *tsType {
	p.accept("|")
	t := p.intersection()
	for p.accept("|") {
		if other := p.intersection(); other.kind == "null" {
			t.null = true
		}
	}
	return t
}

func (p *protocol) intersection() *tsType {
	t := p.postfix()
	for p.accept("&") {
		both := &tsType{kind: "object", fields: map[string]*tsType{}}
		maps.Copy(both.fields, p.resolve(t).fields)
		maps.Copy(both.fields, p.resolve(p.postfix()).fields)
		t = both
	}
	return t
}

func (p *protocol) postfix() *tsType {
	t := p.primary()
	for p.accept("[") {
		p.expect("]")
		t = &tsType{kind: "array", element: t}
	}
	return t
}

func (p *protocol) primary() *tsType {
	switch token := p.peek(); {
	case token == "{":
		return p.object()
	case p.accept("["): // a tuple, here always of one type
		element := p.union()
		for p.accept(",") {
			p.union()
		}
		p.expect("]")
		return &tsType{kind: "array", element: element}
	case p.accept("keyof"):
		p.next()
		return &tsType{kind: "string"}
	case strings.HasPrefix(token, `"`):
		p.next()
		return &tsType{kind: "string"}
	}
	t := &tsType{kind: p.next()}
	if p.accept("<") {
		p.union() // a record's keys
		var element *tsType
		if p.accept(",") {
			element = p.union()
		}
		p.expect(">")
		if t.kind == "Record" {
			t.kind, t.element = "record", element
		}
	}
	return t
}

func (p *protocol) object() *tsType {
	t := &tsType{kind: "object", fields: map[string]*tsType{}}
	p.expect("{")
	for !p.accept("}") {
		name := p.next()
		optional := p.accept("?")
		p.expect(":")
		field := *p.union()
		field.optional = optional
		t.fields[name] = &field
		if !p.accept(";") {
			p.accept(",")
		}
	}
	return t
}

// resolve returns what a name stands for.
func (p *protocol) resolve(t *tsType) *tsType {
	if named := p.types[t.kind]; named != nil {
		return p.resolve(named)
	}
	return t
}

// nullable reports whether a value may be null, by a type or by what its name stands for.
func (p *protocol) nullable(t *tsType) bool {
	named := p.types[t.kind]
	return t.null || named != nil && p.nullable(named)
}

// differences returns in what a type of protocol.ts and one of Go differ. What the page must always find in an answer
// may not be left out of it (omitempty); null is a pointer that may be nil.
func (p *protocol) differences(where string, ts *tsType, in reflect.Type, answer bool) []string {
	if null := []reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Map}; p.nullable(ts) && !slices.Contains(null, in.Kind()) {
		return []string{fmt.Sprintf("%s: null in protocol.ts, never in Go", where)}
	}
	if in.Kind() == reflect.Pointer {
		if !p.nullable(ts) && !ts.optional {
			return []string{fmt.Sprintf("%s: never null in protocol.ts, a pointer in Go", where)}
		}
		in = in.Elem()
	}
	ts = p.resolve(ts)
	is := func(kinds ...reflect.Kind) []string {
		if slices.Contains(kinds, in.Kind()) {
			return nil
		}
		return []string{fmt.Sprintf("%s: %s in protocol.ts, %v in Go", where, ts.kind, in)}
	}
	switch ts.kind {
	case "string":
		return is(reflect.String)
	case "boolean":
		return is(reflect.Bool)
	case "number":
		return is(reflect.Int, reflect.Int64, reflect.Uint64, reflect.Float32, reflect.Float64)
	case "array":
		if d := is(reflect.Slice, reflect.Array); d != nil {
			return d
		}
		return p.differences(where+"[]", ts.element, in.Elem(), answer)
	case "record":
		if ts.element.kind == "never" {
			if in.Kind() == reflect.Struct && in.NumField() == 0 {
				return nil
			}
			return []string{fmt.Sprintf("%s: nothing in protocol.ts, %v in Go", where, in)}
		}
		if d := is(reflect.Map); d != nil {
			return d
		}
		return p.differences(where+"{}", ts.element, in.Elem(), answer)
	case "object":
		if d := is(reflect.Struct); d != nil {
			return d
		}
	default:
		return []string{fmt.Sprintf("%s: protocol.ts has the type %q, which is not known here", where, ts.kind)}
	}
	var all []string
	fields := jsonFields(in)
	for _, name := range slices.Sorted(maps.Keys(ts.fields)) {
		field, there := fields[name]
		if !there {
			all = append(all, fmt.Sprintf("%s.%s: in protocol.ts only", where, name))
			continue
		}
		if answer && field.omitted != ts.fields[name].optional {
			all = append(all, fmt.Sprintf("%s.%s: optional in protocol.ts is %v, left out by Go is %v", where, name,
				ts.fields[name].optional, field.omitted))
		}
		all = append(all, p.differences(where+"."+name, ts.fields[name], field.in, answer)...)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if ts.fields[name] == nil {
			all = append(all, fmt.Sprintf("%s.%s: in Go only", where, name))
		}
	}
	return all
}

type jsonField struct {
	in      reflect.Type
	omitted bool // where it is empty
}

// jsonFields returns the fields of a struct by their names in JSON, those of embedded structs too.
func jsonFields(in reflect.Type) map[string]jsonField {
	fields := map[string]jsonField{}
	for _, f := range reflect.VisibleFields(in) {
		if f.Anonymous {
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields[name] = jsonField{f.Type, strings.Contains(options, "omitempty")}
	}
	return fields
}
