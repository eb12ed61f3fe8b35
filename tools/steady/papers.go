package main

import (
	"github.com/spf13/cobra"

	"steady/tools/internal/model"
	"steady/tools/internal/papers"
)

func (a *app) papersCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "papers EXPERIMENT",
		Short: "Repeat the experiments of papers on robustness",
		Long: "Repeats the experiments of papers on robustness, with your networks and images, or with what is shipped\n" +
			"(docs/papers.md). They read what 'steady bench run' has measured, or files that 'results' makes of it.",
		Example: "  steady papers results run.db --out results.json\n  steady papers overlap results.json --svg overlap.svg",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown experiment %q; one of %s", args[0], commandNames(cmd))
			}
			return usagef("missing experiment; one of %s", commandNames(cmd))
		},
	}
	c.AddCommand(papers.Commands(papers.Env{Print: a.print, Messages: a.stderr, AddInput: addInput, AddBackend: func(c *cobra.Command) func() model.Backend {
		var f backendFlags
		f.add(c)
		return func() model.Backend { return a.backend(&f) }
	}})...)
	return c
}
