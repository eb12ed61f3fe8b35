package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// goFile is a Go file under check.
type goFile struct {
	name     string
	set      *token.FileSet
	seen     map[string]bool // identifiers whose spelling was checked
	findings []finding
}

// checkGo checks a Go file, and reports whether it has a package comment.
func checkGo(name string, source []byte) ([]finding, bool, error) {
	g := &goFile{name: name, set: token.NewFileSet(), seen: map[string]bool{}}
	file, err := parser.ParseFile(g.set, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, false, err
	}
	if ast.IsGenerated(file) {
		return nil, file.Doc != nil, nil
	}
	for _, group := range file.Comments {
		g.checkComment(group)
	}
	if !strings.HasSuffix(name, "_test.go") {
		for _, d := range file.Decls {
			g.checkDeclaration(d)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			g.checkSpelling(n)
		case *ast.CallExpr:
			if makesError(n.Fun) {
				g.checkErrorTexts(n)
			}
		}
		return true
	})
	slices.SortStableFunc(g.findings, func(a, b finding) int { return a.line - b.line })
	return g.findings, file.Doc != nil, nil
}

// report adds a finding a number of lines below a position.
func (g *goFile) report(at token.Pos, habit, advice string, below int) {
	if _, ok := allowed[[2]string{habit, g.name}]; !ok {
		g.findings = append(g.findings, finding{g.name, g.set.Position(at).Line + below, habit, advice})
	}
}

// checkComment checks a comment as one text, because a phrase may go on on the next line.
func (g *goFile) checkComment(group *ast.CommentGroup) {
	for line, h := range broken(group.Text(), comments) {
		g.report(group.Pos(), h.name, h.advice, line)
	}
}

// checkDeclaration checks the doc comments of a declaration, its fields and its methods.
func (g *goFile) checkDeclaration(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		g.checkDoc(d.Doc, d.Name.Name, true)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				doc := s.Doc
				if doc == nil && len(d.Specs) == 1 {
					doc = d.Doc
				}
				g.checkDoc(doc, s.Name.Name, true)
				g.checkMembers(s.Type)
			case *ast.ValueSpec:
				doc := s.Doc
				if doc == nil && !d.Lparen.IsValid() {
					doc = d.Doc
				}
				g.checkDoc(doc, s.Names[0].Name, len(s.Names) == 1 && s.Names[0].IsExported())
			}
		}
	}
}

// checkMembers checks the comments of an interface's methods; those of fields are phrases.
func (g *goFile) checkMembers(t ast.Expr) {
	i, ok := t.(*ast.InterfaceType)
	if !ok {
		return
	}
	for _, m := range i.Methods.List {
		if len(m.Names) == 1 {
			g.checkDoc(m.Doc, m.Names[0].Name, m.Names[0].IsExported())
		}
	}
}

var (
	article     = regexp.MustCompile(`^(A|An|The) `)
	endSentence = regexp.MustCompile(`[.:;](\s|$)`)
)

// checkDoc checks the first sentence of a doc comment and, where named, that it begins with the name.
func (g *goFile) checkDoc(doc *ast.CommentGroup, name string, named bool) {
	if doc == nil || name == "_" || name == "main" || name == "init" {
		return
	}
	text := doc.Text()
	if text == "" || strings.HasPrefix(text, "Deprecated:") {
		return
	}
	if first, _, _ := strings.Cut(article.ReplaceAllString(text, "")+" ", " "); named &&
		strings.TrimRight(strings.TrimSpace(first), ",.:;") != name {
		g.report(doc.Pos(), "doc comment", fmt.Sprintf("begin it with %q, as Go's own do", name), 0)
	}
	sentence := text
	if at := endSentence.FindStringIndex(text); at != nil {
		sentence = text[:at[0]]
	}
	for _, h := range habits {
		if h.where == firstSentence && h.pattern.MatchString(sentence) {
			g.report(doc.Pos(), h.name, h.advice, 0)
		}
	}
}

// checkSpelling checks the parts of an identifier, where the file first has it.
func (g *goFile) checkSpelling(id *ast.Ident) {
	if g.seen[id.Name] {
		return
	}
	g.seen[id.Name] = true
	for _, part := range parts(id.Name) {
		for _, p := range americanParts {
			if strings.HasPrefix(part, p.british) {
				g.report(id.Pos(), "spelling", fmt.Sprintf("%s: %q is %q in American English", id.Name, p.british, p.american), 0)
			}
		}
	}
}

// parts returns the words of an identifier in lower case.
func parts(name string) []string {
	var words []string
	word := ""
	for _, r := range name {
		if unicode.IsUpper(r) || r == '_' {
			words = append(words, word)
			word = ""
		}
		word += string(unicode.ToLower(r))
	}
	return append(words, word)
}

// makesError reports whether a function's name says that it makes an error from its arguments.
func makesError(f ast.Expr) bool {
	switch f := f.(type) {
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok && x.Name == "errors" {
			return f.Sel.Name == "New"
		}
		return strings.HasSuffix(f.Sel.Name, "rrorf")
	case *ast.Ident:
		return strings.HasSuffix(f.Name, "rrorf") || f.Name == "usagef"
	}
	return false
}

func (g *goFile) checkErrorTexts(call *ast.CallExpr) {
	for _, arg := range call.Args {
		ast.Inspect(arg, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				for _, h := range broken(lit.Value, errorTexts) {
					g.report(lit.Pos(), h.name, h.advice, 0)
				}
			}
			return true
		})
	}
}
