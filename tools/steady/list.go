package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"steady/core/attack"
	"steady/core/corrupt"
	"steady/tools/internal/model"
)

func (a *app) listCommand() *cobra.Command {
	lists := []struct {
		name string
		show func() error
	}{
		{"corruptions", a.listCorruptions},
		{"attacks", a.listAttacks},
		{"recipes", a.listRecipes},
		{"models", a.listModels},
	}
	var names []string
	for _, l := range lists {
		names = append(names, l.name)
	}
	return &cobra.Command{
		Use:       "list " + strings.Join(names, "|"),
		Short:     "List what there is",
		Long:      "Lists the corruptions, the attacks, the training recipes or the built-in networks.",
		Example:   "  steady list corruptions\n  steady list models --json",
		ValidArgs: names,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("missing list; one of %s", strings.Join(names, ", "))
			}
			return oneArg("a list")(cmd, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			for _, l := range lists {
				if l.name == args[0] {
					return l.show()
				}
			}
			return usagef("unknown list %q; valid: %s", args[0], strings.Join(names, ", "))
		},
	}
}

// table writes rows with aligned columns.
func table(w io.Writer, head string, rows func(row func(format string, args ...any))) {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, head)
	rows(func(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) })
	t.Flush()
}

func (a *app) listCorruptions() error {
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
		list = append(list, entry{c.Name, c.Suite, c.Family, c.Summary, c.Severity, c.Stochastic, c.Source})
	}
	return a.print(map[string]any{"corruptions": list}, func(w io.Writer) {
		table(w, "NAME\tSUITE\tFAMILY\tWHAT IT DOES", func(row func(string, ...any)) {
			for _, c := range list {
				row("%s\t%s\t%s\t%s", c.Name, c.Suite, c.Family, c.Summary)
			}
		})
	})
}

func (a *app) listAttacks() error {
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
	return a.print(map[string]any{"attacks": list}, func(w io.Writer) {
		table(w, "NAME\tNORMS\tWHAT IT DOES", func(row func(string, ...any)) {
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
		})
	})
}

func (a *app) listModels() error {
	list, err := model.Cards()
	if err != nil {
		return err
	}
	return a.print(map[string]any{"models": list}, func(w io.Writer) {
		table(w, "NAME\tDATA\tRECIPE\tACCURACY", func(row func(string, ...any)) {
			for _, c := range list {
				accuracy := "-"
				if c.TestImages > 0 {
					accuracy = fmt.Sprintf("%.2f %% of %d", 100*c.Accuracy, c.TestImages)
				}
				row("%s\t%s\t%s\t%s", c.Name, c.Data, c.Training.Recipe, accuracy)
			}
		})
	})
}
