package papers

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"steady/core/phrase"
	"steady/core/results"
	"steady/tools/internal/output"
)

// Made says what a file of results has.
type Made struct {
	File     string `json:"file"`
	Networks int    `json:"networks"`
	Cards    int    `json:"cards"` // networks whose training is known
	Cells    int    `json:"cells"`
	Results  int    `json:"results"` // of a network in a cell
	Missing  int    `json:"missing"`
}

// Write writes it as text.
func (m *Made) Write(w io.Writer) {
	fmt.Fprintf(w, "%s: %s (%d with a model card) in %s, %s", m.File, phrase.Count(m.Networks, "network"), m.Cards,
		phrase.Count(m.Cells, "cell"), phrase.Count(m.Results, "result"))
	if m.Missing > 0 {
		fmt.Fprintf(w, ", %d missing", m.Missing)
	}
	fmt.Fprintln(w)
}

func resultsCommand(e *Env) *cobra.Command {
	var out, title string
	var cards []string
	var plan output.Plan
	c := &cobra.Command{
		Use:   "results RUN.db... --out RESULTS.json",
		Short: "Write which images networks got right into one file",
		Long: "Writes which images networks got right, one bit for each, from stores of 'steady bench run' (or files of this\n" +
			"command, which are put together) into a JSON file that is small enough to be committed. All experiments read\n" +
			"either. The file has what the networks' model cards say of their training.",
		Example: "  steady papers results run.db --out results.json\n  steady papers results a.db b.db --cards models --out results.json",
		Args:    inputs,
	}
	c.Flags().StringVar(&out, "out", "", "JSON file to write")
	c.Flags().StringVar(&title, "title", "", "what the results are of")
	c.Flags().StringArrayVar(&cards, "cards", nil, "folder with model cards (NAME.json) of networks that have none; several times for several")
	plan.AddFlag(c.Flags())
	c.RunE = func(_ *cobra.Command, args []string) error {
		plan.Input(args...)
		plan.Output("--out", out, ".json")
		if err := plan.Check(); err != nil {
			return err
		}
		if err := checkFolders(cards); err != nil {
			return err
		}
		say := once(e.say)
		var tables []*results.Table
		for _, path := range args {
			t, err := readOne(path, cards, say)
			if err != nil {
				return err
			}
			tables = append(tables, t)
		}
		t, err := merge(tables, say)
		if err != nil {
			return err
		}
		if err := addCards(t, cards, say); err != nil {
			return err
		}
		if title != "" {
			t.Title = title
		}
		if err := output.File(out, t.Encode); err != nil {
			return err
		}
		made := newMade(out, t)
		return e.Print(made, made.Write)
	}
	return c
}

func newMade(file string, t *results.Table) *Made {
	m := &Made{File: file, Networks: len(t.Networks), Cells: len(t.Cells)}
	for i, n := range t.Networks {
		if n.Card != nil {
			m.Cards++
		}
		for k := range t.Cells {
			if t.Measured(i, k) {
				m.Results++
			} else {
				m.Missing++
			}
		}
	}
	return m
}
