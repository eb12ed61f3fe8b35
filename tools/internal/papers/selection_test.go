package papers

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What is chosen and was not measured is said, and severities of a file count.
func TestChosenSeverities(t *testing.T) {
	spec := func(cells string) string {
		path := filepath.Join(t.TempDir(), "x.yaml")
		if err := os.WriteFile(path, []byte("cells: ["+cells+"]\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cells := []string{"clean", "fog{severity=1}", "fog{severity=3}", "fog{severity=5}", "contrast{severity=3}", "snow{severity=range}", "laugros/hue{severity=2}", "pgd{eps=2/255}"}
	table := madeTable(100, cells, made{name: "a", shares: []float64{1, .9, .8, .7, .6, .5, .45, .4}})
	for i, c := range []struct{ chosen, columns, note string }{
		{"fog", "fog{severity=1} fog{severity=3} fog{severity=5}", ""},
		{spec("'fog{severity=3}'"), "fog{severity=3}", ""},
		{spec("'fog{severity=3}', 'fog{severity=2}', 'fog{severity=5}', 'pgd{norm=linf}'"), "fog{severity=3} fog{severity=5}", "not all networks were measured under them: fog at severity 2."},
		{spec("'fog{severity=range}', 'fog{severity=3}', 'snow{severity=range}', 'frost{severity=range}'"), "fog{severity=1} fog{severity=3} fog{severity=5} snow{severity=range}", "under them: frost."},
		{spec("'fog{severity=3}'") + " contrast", "fog{severity=3} contrast{severity=3}", ""},
		{spec("'fog{severity=3}', 'snow{severity=3}'"), "fog{severity=3}", "snow at severity 3."},
		{"quick", "fog{severity=1} fog{severity=3} fog{severity=5} contrast{severity=3}", "contrast at severity 1, contrast at severity 5, "},
		{"imagenet-noc", "laugros/hue{severity=2}", "Of --corruptions imagenet-noc these are left out, as not all networks were measured under them: laugros/blur, "},
	} {
		g, err := newGrid(table, selection{corruptions: strings.Fields(c.chosen)})
		if err != nil {
			t.Fatal(err)
		}
		var columns []string
		for _, o := range g.corruptions {
			for _, column := range o.columns {
				columns = append(columns, column.text)
			}
		}
		if got := strings.Join(columns, " "); got != c.columns {
			t.Errorf("%s: %s, want %s", c.chosen, got, c.columns)
		}
		if notes := strings.Join(g.notes, " "); (notes == "") != (c.note == "") || !strings.Contains(notes, c.note) {
			t.Errorf("%s: noted %q, want %q", c.chosen, g.notes, c.note)
		}
		if said := strings.Contains(strings.Join(g.aboutAttacks(), " "), "its attacks are ignored"); said != (i == 2 || c.chosen == "quick") {
			t.Errorf("%s: of attacks it says %q", c.chosen, g.aboutAttacks())
		}
		if len(g.attacks) != 1 {
			t.Errorf("%s: %d attacks", c.chosen, len(g.attacks))
		}
	}
	if _, err := newGrid(table, selection{corruptions: []string{spec("'contrast{severity=2}'")}}); err == nil || !strings.Contains(err.Error(), "x.yaml (contrast at severity 2)") {
		t.Error(err)
	}
	for word, want := range map[string][]int{"quick": {1, 3, 5}, "weather": nil, "balanced": nil} {
		found, _, err := lookUpSeverities(word)
		if err != nil {
			t.Fatal(err)
		}
		for c, severities := range found {
			if !slices.Equal(severities, want) || (severities == nil) != (want == nil) {
				t.Errorf("%s: %s at %d, want %d", word, c.Name, severities, want)
			}
		}
	}
}
