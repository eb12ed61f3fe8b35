package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"steady/tools/internal/listing"
)

func (a *app) listCommand() *cobra.Command {
	names := listing.Names()
	return &cobra.Command{
		Use:   "list " + strings.Join(names, "|"),
		Short: "List what there is",
		Long: "Lists the corruptions, the attacks, the training recipes, the built-in networks or the preprocessing\n" +
			"presets.",
		Example:   "  steady list corruptions\n  steady list models --json",
		ValidArgs: names,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("missing list; one of %s", strings.Join(names, ", "))
			}
			return oneArg("a list")(cmd, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			list, err := listing.New(args[0])
			if err != nil {
				return err
			}
			return a.print(map[string]any{list.Name: list.Entries}, list.Write)
		},
	}
}
