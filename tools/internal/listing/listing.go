package listing

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"steady/core/attack"
	"steady/core/corrupt"
	"steady/core/preprocess"
	"steady/core/train"
	_ "steady/core/train/recipes"
	"steady/tools/internal/model"
	"steady/tools/internal/usage"
)

// List is a list to print: as JSON its entries, and as text a table.
type List struct {
	Name    string
	Entries any
	head    string
	rows    func(row func(format string, args ...any))
}

// lists are the functions that make the lists, in the order of Names.
var lists = []func() (*List, error){corruptions, attacks, recipes, models, presets}

// Names returns the names of the lists.
func Names() []string { return []string{"corruptions", "attacks", "recipes", "models", "presets"} }

// New returns the list of a name.
func New(name string) (*List, error) {
	for i, n := range Names() {
		if n == name {
			return lists[i]()
		}
	}
	return nil, usage.Errorf("unknown list %q; valid: %s", name, strings.Join(Names(), ", "))
}

// Write writes the table.
func (l *List) Write(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, l.head)
	l.rows(func(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) })
	t.Flush()
}

func presets() (*List, error) {
	all := preprocess.Presets()
	return &List{"presets", all, "NAME\tNUMBERS\tWHOSE NETWORKS WANT IT", func(row func(string, ...any)) {
		for _, p := range all {
			numbers := p.Spec.String()
			if numbers == "" {
				numbers = "pixels as they are, from 0 to 1"
			}
			row("%s\t%s\t%s", p.Name, numbers, p.Summary)
		}
	}}, nil
}

func corruptions() (*List, error) {
	type entry struct {
		Name       string        `json:"name"`
		Suite      corrupt.Suite `json:"suite"`
		Family     string        `json:"family"`
		Summary    string        `json:"summary"`
		Severity   string        `json:"severity"`
		Stochastic bool          `json:"stochastic"`
		Source     string        `json:"source"`
	}
	var list []entry
	for _, c := range corrupt.All() {
		list = append(list, entry{c.Name, c.Suite, c.Family, c.Summary, c.Severity(), c.Stochastic, c.Source})
	}
	return &List{"corruptions", list, "NAME\tSUITE\tFAMILY\tWHAT IT DOES", func(row func(string, ...any)) {
		for _, c := range list {
			row("%s\t%s\t%s\t%s", c.Name, c.Suite, c.Family, c.Summary)
		}
	}}, nil
}

func attacks() (*List, error) {
	type entry struct {
		Name       string          `json:"name"`
		Title      string          `json:"title"`
		Summary    string          `json:"summary"`
		Source     string          `json:"source"`
		Access     attack.Access   `json:"access"`
		Norms      []attack.Norm   `json:"norms"`
		Parameters []string        `json:"parameters"`
		Defaults   []attack.Params `json:"defaults"` // for each norm; one if it has none
	}
	var list []entry
	for _, at := range attack.All() {
		e := entry{at.Name, at.Title, at.Summary, at.Source, at.Access, at.Norms, at.Parameters, nil}
		norms := at.Norms
		if len(norms) == 0 {
			norms, e.Norms = []attack.Norm{attack.Linf}, []attack.Norm{}
		}
		for _, n := range norms {
			p := at.Default(n)
			p.StepSize = at.StepSize(p)
			e.Defaults = append(e.Defaults, p)
		}
		list = append(list, e)
	}
	return &List{"attacks", list, "NAME\tNORMS\tWHAT IT DOES", func(row func(string, ...any)) {
		for _, access := range attack.Accesses {
			row("%s:\t\t", access.Title())
			for _, e := range list {
				if e.Access != access {
					continue
				}
				norms := "-"
				for i, n := range e.Norms {
					if i == 0 {
						norms = n.String()
					} else {
						norms += " " + n.String()
					}
				}
				row("  %s\t%s\t%s", e.Name, norms, e.Summary)
			}
		}
	}}, nil
}

func recipes() (*List, error) {
	type entry struct {
		Name     string       `json:"name"`
		Summary  string       `json:"summary"`
		Source   string       `json:"source"`
		Defaults train.Config `json:"defaults"`
	}
	var list []entry
	for _, r := range train.Recipes() {
		list = append(list, entry{r.Name, r.Summary, r.Source, r.Config})
	}
	return &List{"recipes", list, "NAME\tEPOCHS\tWHAT IT DOES", func(row func(string, ...any)) {
		for _, r := range list {
			row("%s\t%d\t%s", r.Name, r.Defaults.Epochs, r.Summary)
		}
	}}, nil
}

func models() (*List, error) {
	list, err := model.Cards()
	return &List{"models", list, "NAME\tDATA\tRECIPE\tCLEAN\tCORRUPTED\tAUTOATTACK 8/255", func(row func(string, ...any)) {
		for _, c := range list {
			clean, corrupted, attacked := "-", "-", "-"
			if o := c.Origin; o != nil {
				clean = fmt.Sprintf("%.1f %% of %d (published)", 100*o.PublishedAccuracy, o.PublishedImages)
			}
			if c.TestImages > 0 {
				clean = fmt.Sprintf("%.2f %% of %d", 100*c.Accuracy, c.TestImages)
			}
			if f := c.Figures; f != nil {
				clean = fmt.Sprintf("%.2f %% of %d", 100*f.Clean.Accuracy, f.Clean.N)
				if f.Corrupted != nil {
					corrupted = fmt.Sprintf("%.2f %%", 100*f.Corrupted.Mean)
				}
				if a := f.Under("autoattack{eps=8/255,norm=linf}"); a != nil {
					attacked = fmt.Sprintf("%.1f %% of %d", 100*a.Accuracy, a.N)
				}
			}
			row("%s\t%s\t%s\t%s\t%s\t%s", c.Name, c.Data, cmp.Or(c.Training.Recipe, "-"), clean, corrupted, attacked)
		}
	}}, err
}
