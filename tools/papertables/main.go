package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"steady/tools/internal/console"
	"steady/tools/internal/interrupt"
	"steady/tools/internal/model"
	"steady/tools/internal/output"
	"steady/tools/internal/papers"
)

const page = "docs/papers.md"

func main() {
	os.Exit(interrupt.Run(os.Stderr, func(ctx context.Context) int {
		if err := write(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "papertables:", err)
			return 1
		}
		return 0
	}))
}

func write(ctx context.Context) error {
	b, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	text, err := fill(string(b), func(args []string) (string, error) { return run(ctx, args) })
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	return output.File(page, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
}

// What begins and ends a block.
const (
	begin = "<!-- steady papers "
	end   = "<!-- end -->\n"
)

// fill replaces what is in the blocks of a page by what run returns for their commands.
func fill(text string, run func(args []string) (string, error)) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, begin)
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		command, rest, closed := strings.Cut(rest, " -->\n")
		if !closed || strings.Contains(command, "\n") {
			return "", fmt.Errorf("the remark %.60q does not end on its line", begin+command)
		}
		inside, after, ended := strings.Cut(rest, end)
		if !ended || strings.Contains(inside, begin) {
			return "", fmt.Errorf("the block of %q has no %q", begin+command+" -->", strings.TrimSpace(end))
		}
		made, err := run(strings.Fields(command))
		if err != nil {
			return "", fmt.Errorf("steady papers %s: %w", command, err)
		}
		b.WriteString(begin + command + " -->\n" + strings.TrimRight(made, "\n") + "\n" + end)
		text = after
	}
}

// run returns what an experiment writes as Markdown.
func run(ctx context.Context, args []string) (string, error) {
	for _, a := range args {
		if filepath.Ext(a) != ".json" {
			continue
		}
		if _, err := os.Stat(a); errors.Is(err, fs.ErrNotExist) {
			return fmt.Sprintf("This experiment has not run yet: there is no `%s`.", a), nil
		}
	}
	folder, err := os.MkdirTemp("", "papertables")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "table.md")
	root := &cobra.Command{Use: "papers", SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(papers.Commands(environment(func(any, func(io.Writer)) error { return nil }, os.Stderr))...)
	root.SetArgs(append(args, "--markdown", file, "--force"))
	if err := root.ExecuteContext(ctx); err != nil {
		return "", err
	}
	b, err := os.ReadFile(file)
	return string(b), err
}

// environment is what the experiments need: something that takes what they print, and messages.
func environment(show func(any, func(io.Writer)) error, messages io.Writer) papers.Env {
	return papers.Env{
		Print:    show,
		Messages: console.NewWriter(messages),
		AddBackend: func(*cobra.Command) func() model.Backend {
			return func() model.Backend { return model.Backend{Name: "cpu"} }
		},
		AddInput: func(*cobra.Command, *model.Options) {},
	}
}
