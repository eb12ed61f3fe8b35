package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/attack"
	"steady/core/corrupt"
)

func TestDocumented(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	attacks, corruptions := read("attacks.md"), read("corruptions.md")
	for _, a := range attack.All() {
		if !strings.Contains(attacks, "`"+a.Name+"`") {
			t.Errorf("docs/attacks.md does not describe `%s`", a.Name)
		}
	}
	for _, c := range corrupt.All() {
		if !strings.Contains(corruptions, "`"+c.Name+"`") {
			t.Errorf("docs/corruptions.md does not describe `%s`: ./build.sh corruptions writes it", c.Name)
		}
	}
}
