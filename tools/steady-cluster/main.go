package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"steady/core/simdx"
	"steady/tools/internal/buildinfo"
	"steady/tools/internal/completion"
	"steady/tools/internal/console"
	"steady/tools/internal/elastic"
	"steady/tools/internal/interrupt"
	"steady/tools/internal/progress"
	"steady/tools/internal/usage"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	if err := simdx.Check(); err != nil {
		fmt.Fprintln(os.Stderr, "steady-cluster:", err)
		os.Exit(exitFailure)
	}
	os.Exit(interrupt.Run(os.Stderr, func(ctx context.Context) int {
		return run(ctx, os.Args[1:], console.Stdout(), os.Stderr)
	}))
}

// run is the whole command, for main and for the tests.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	messages := console.NewWriter(stderr)
	began := false // a sub-command, whose errors are its own and not cobra's
	root := newRoot(stdout, messages, &began)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if stop := (progress.Stopped{}); errors.Is(err, context.Canceled) && !errors.As(err, &stop) {
		err = progress.Stopped{Text: "stopped; nothing was computed"}
	}
	messages.Error("steady-cluster: ", err)
	var typed usage.Error
	if !began || errors.As(err, &typed) {
		fmt.Fprintf(messages, "See '%s --help'.\n", cmd.CommandPath())
		return exitUsage
	}
	return exitFailure
}

func newRoot(stdout io.Writer, messages *console.Writer, began *bool) *cobra.Command {
	var asJSON, version bool
	print := func(result any, text func(io.Writer)) error {
		if !asJSON {
			text(console.NewWriter(stdout))
			return nil
		}
		b, err := json.MarshalIndent(result, "", "  ")
		if err != nil {
			return fmt.Errorf("result as JSON: %w", err)
		}
		_, err = fmt.Fprintf(stdout, "%s\n", console.EscapeJSON(b))
		return err
	}
	root := &cobra.Command{
		Use:   "steady-cluster",
		Short: "Benchmarks of steady on machines that come and go",
		Long: "Has any number of machines compute a benchmark of steady without a scheduler: one serves it, the others ask for\n" +
			"work. Results are the same as those of 'steady bench run' (docs/scaling.md).",
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(*cobra.Command, []string) error {
			if version {
				v := buildinfo.Describe()
				_, err := fmt.Fprintf(stdout, "steady-cluster %s %s (%s, %s)\n", v.Version, v.Source(), v.Go, v.Platform)
				return err
			}
			return usage.Errorf("missing command; one of serve, work")
		},
	}
	root.Flags().BoolVar(&version, "version", false, "print the version")
	root.PersistentFlags().BoolVar(&asJSON, "json", false, "print one JSON object on stdout")
	root.AddCommand(elastic.Commands(print, messages)...)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage.FlagError(err) })
	for _, c := range root.Commands() {
		work := c.RunE
		c.RunE = func(cmd *cobra.Command, args []string) error {
			*began = true
			if err := usage.CheckFlags(cmd.Flags()); err != nil {
				return err
			}
			return work(cmd, args)
		}
		c.DisableFlagsInUseLine = true
		c.Flags().SortFlags = false
		completion.Add(c)
	}
	return root
}
