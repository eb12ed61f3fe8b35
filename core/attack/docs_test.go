package attack

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The table of parameters in docs/attacks.md is that of the options.
func TestDocs(t *testing.T) {
	doc, err := os.ReadFile("../../docs/attacks.md")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| parameter | what | values | attacks |\n|---|---|---|---|\n")
	for _, o := range OptionTable() {
		if o.Internal {
			continue
		}
		var with, without []string
		for _, a := range All() {
			if a.Options(a.UsualNorm()).Lookup(o.Name) != nil {
				with = append(with, a.Name)
			} else {
				without = append(without, a.Name)
			}
		}
		attacks := strings.Join(with, ", ")
		switch {
		case len(without) == 0:
			attacks = "all"
		case len(without) < len(with)/2:
			attacks = "all but " + strings.Join(without, ", ")
		}
		values := o.Want()
		if values == o.Help {
			values = ""
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", o.Name, o.Help, values, attacks)
	}
	if !strings.Contains(string(doc), b.String()) {
		t.Errorf("the table under Parameters should be:\n%s", b.String())
	}
}
