package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	data := flag.String("data", "", "CIFAR-10, for a few commands more (a folder is read faster than an archive)")
	photos := flag.String("photos", filepath.Join("web", "static", "photos"), "folder of the page's photographs")
	only := flag.String("only", "", "run only the commands whose name contains this")
	keep := flag.String("keep", "", "leave the files written in this folder, which must not exist")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: go run ./tools/samecommands [flags] OLD NEW\n\nOLD and NEW are built commands.")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	different, err := compareAll(ctx, flag.Arg(0), flag.Arg(1), *photos, *data, *only, *keep)
	if err != nil {
		fmt.Fprintln(os.Stderr, "samecommands:", err)
		os.Exit(2)
	}
	if different > 0 {
		os.Exit(1)
	}
}

// compareAll returns how many commands differ.
func compareAll(ctx context.Context, old, new, photos, data, only, keep string) (different int, err error) {
	binaries := [2]string{old, new}
	for i, b := range binaries {
		if binaries[i], err = filepath.Abs(b); err != nil {
			return 0, err
		}
		if _, err := os.Stat(b); err != nil {
			return 0, err
		}
	}
	if data != "" {
		if data, err = filepath.Abs(data); err != nil {
			return 0, err
		}
	}
	root := keep
	if root == "" {
		if root, err = os.MkdirTemp("", "samecommands"); err != nil {
			return 0, err
		}
		defer os.RemoveAll(root)
	} else if err := os.Mkdir(root, 0o777); err != nil {
		return 0, err
	}

	w := tabwriter.NewWriter(os.Stdout, 34, 0, 2, ' ', 0)
	began, ran := time.Now(), 0
	for _, c := range commands {
		if !strings.Contains(c.name, only) || c.needsData() && data == "" {
			continue
		}
		outcome, differences, err := compareOne(ctx, c, binaries, filepath.Join(root, c.name), photos, data)
		if err != nil {
			return different, fmt.Errorf("%s: %w", c.name, err)
		}
		ran++
		verdict := fmt.Sprintf("same (%v)", outcome)
		if len(differences) > 0 {
			different++
			verdict = "DIFFERS: " + strings.Join(differences, "\n\t         ")
		}
		fmt.Fprintf(w, "%s\t%s\n", c.name, verdict)
		w.Flush()
	}
	fmt.Printf("%d commands, %d differ (%.0f s)\n", ran, different, time.Since(began).Seconds())
	if ran == 0 {
		return 0, fmt.Errorf("no command's name contains %q", only)
	}
	return different, nil
}

// compareOne runs a command with both binaries at the same time and returns the old outcome and what differs from it.
func compareOne(ctx context.Context, c command, binaries [2]string, root, photos, data string) (outcome, []string, error) {
	var outcomes [2]outcome
	errs := make(chan error)
	for i, side := range []string{"old", "new"} {
		go func() {
			var err error
			outcomes[i], err = c.run(ctx, binaries[i], filepath.Join(root, side), photos, data)
			errs <- err
		}()
	}
	if err := errors.Join(<-errs, <-errs); err != nil {
		return outcome{}, nil, err
	}
	return outcomes[0], outcomes[0].differences(outcomes[1]), nil
}
