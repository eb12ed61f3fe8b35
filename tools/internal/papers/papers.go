package papers

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"steady/tools/internal/console"
	"steady/tools/internal/model"
)

// Env is what the experiments' commands take from the program.
type Env struct {
	Print    func(result any, text func(w io.Writer)) error // a result, as text or JSON
	Messages *console.Writer
	// AddBackend adds the flags that choose what computes, and returns how to read them.
	AddBackend func(c *cobra.Command) func() model.Backend
	// AddInput adds the flags that say what a network's file leaves open.
	AddInput func(c *cobra.Command, o *model.Options)
}

func (e *Env) say(format string, args ...any) { fmt.Fprintf(e.Messages, format+"\n", args...) }

// Commands returns the sub-commands: the experiments, and what makes files of results.
func Commands(e Env) (list []*cobra.Command) {
	for _, command := range []func(*Env) *cobra.Command{
		independenceCommand, transferCommand, mtlatCommand, overlapCommand, coverageCommand, buildCommand, resultsCommand,
	} {
		list = append(list, command(&e))
	}
	return list
}

// inputs checks the arguments of a command that reads results.
func inputs(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return errors.New("name stores of 'steady bench run', or files of 'steady papers results'")
	}
	return nil
}
