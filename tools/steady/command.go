package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"steady/core/arch"
	"steady/core/attack"
	"steady/core/corrupt"
	"steady/core/engine"
	"steady/core/train"
	"steady/tools/internal/completion"
	"steady/tools/internal/console"
	"steady/tools/internal/corruptset"
	"steady/tools/internal/progress"
	"steady/tools/internal/usage"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// usagef returns an error of whoever typed the command.
func usagef(format string, args ...any) error { return usage.Errorf(format, args...) }

// app is what the sub-commands share: where they write, and how.
type app struct {
	stdout  io.Writer
	stderr  *console.Writer
	json    bool
	running bool // a sub-command has begun: what it returns is its own error, not cobra's about the arguments
}

// run is the whole command, for main and for the tests.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (exit int) {
	out := &console.Checked{W: stdout}
	a := &app{stdout: out, stderr: console.NewWriter(stderr)}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if out.Err != nil && (err == nil || errors.Is(err, out.Err)) {
		if !errors.Is(out.Err, syscall.EPIPE) { // whoever read has had enough
			a.say("steady: the result cannot be printed: %v", out.Err)
		}
		return exitFailure
	}
	if err == nil {
		return exitOK
	}
	if stop := (progress.Stopped{}); errors.Is(err, context.Canceled) && !errors.As(err, &stop) {
		err = progress.Stopped{Text: "stopped; nothing was written"}
	}
	if errors.Is(err, engine.ErrMemory) {
		err = fmt.Errorf("%w (--max-memory sets another)", err)
	}
	if a.running {
		a.stderr.Error("steady: ", err)
	} else { // cobra's own have several lines
		for line := range strings.Lines("steady: " + err.Error() + "\n") {
			io.WriteString(a.stderr, line)
		}
	}
	if !a.running || isMisuse(err) {
		a.say("See '%s --help'.", cmd.CommandPath())
		return exitUsage
	}
	return exitFailure
}

// isMisuse reports whether an error is a mistake in the command line.
func isMisuse(err error) bool {
	var typed usage.Error
	var param *attack.ParamError
	return errors.As(err, &typed) || errors.As(err, &param) ||
		errors.Is(err, attack.ErrUnknown) || errors.Is(err, corrupt.ErrUnknown) ||
		errors.Is(err, arch.ErrUnknown) || errors.Is(err, train.ErrUnknown) || errors.Is(err, train.ErrConfig) ||
		errors.Is(err, corruptset.ErrFolder)
}

func (a *app) root() *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use:   "steady",
		Short: "How steady is your neural network?",
		Long: "Steady shakes an image classifier with common corruptions and adversarial attacks, shows what breaks,\n" +
			"and measures it.",
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if version {
				return a.printVersion()
			}
			return usagef("missing command; one of %s", commandNames(cmd))
		},
	}
	root.Flags().BoolVar(&version, "version", false, "print the version")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print one JSON object on stdout")
	root.AddCommand(a.listCommand(), a.inspectCommand(), a.corruptCommand(), a.corruptSetCommand(), a.predictCommand(), a.evalCommand(),
		a.attackCommand(), a.benchCommand(), a.papersCommand(), a.trainCommand(), a.serveCommand(), a.versionCommand())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage.FlagError(err) })
	a.finish(root)
	return root
}

// finish adds to the commands below one what all have in common.
func (a *app) finish(parent *cobra.Command) {
	for _, c := range parent.Commands() {
		work := c.RunE
		c.RunE = func(cmd *cobra.Command, args []string) error {
			a.running = true
			if err := usage.CheckFlags(cmd.Flags()); err != nil {
				return err
			}
			return work(cmd, args)
		}
		c.DisableFlagsInUseLine = true
		completion.Add(c)
		c.Flags().SortFlags = false
		a.finish(c)
	}
}

func commandNames(cmd *cobra.Command) string {
	s := ""
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			s += ", " + c.Name()
		}
	}
	return s[len(", "):]
}

// print shows a command's result: as JSON if that was asked for, else as text writes it, line by line.
func (a *app) print(result any, text func(w io.Writer)) error {
	if !a.json {
		w := bufio.NewWriter(a.stdout) // keeps the first error
		text(console.NewWriter(w))
		return w.Flush()
	}
	b, err := json.MarshalIndent(result, "", "  ")
	if err != nil {
		return fmt.Errorf("result as JSON: %w", err)
	}
	_, err = fmt.Fprintf(a.stdout, "%s\n", console.EscapeJSON(b))
	return err
}

// say writes a remark to stderr.
func (a *app) say(format string, args ...any) { fmt.Fprintf(a.stderr, format+"\n", args...) }

// newProgress begins to report work on so many of what is counted, on stderr.
func (a *app) newProgress(what string, total int) *progress.Progress {
	return progress.New(a.stderr, what, total)
}

// oneArg is cobra.ExactArgs(1) with words of its own.
func oneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return fmt.Errorf("name %s", what)
		case len(args) > 1:
			return fmt.Errorf("%q is one argument too many: name %s only", args[1], what)
		}
		return nil
	}
}
