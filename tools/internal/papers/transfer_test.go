package papers

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"steady/core/results"
)

var transferCells = []string{"clean", "gaussian_noise{severity=3}", "shot_noise{severity=3}", "fog{severity=3}"}

func transferTable() *results.Table {
	return madeTable(400, transferCells,
		made{"standard", &results.Card{Recipe: "standard", TrainedOn: []string{}}, []float64{.8, .4, .4, .6}},
		made{"noisy", &results.Card{Recipe: "noise", TrainedOn: []string{"gaussian_noise", "impulse_noise"}}, []float64{.75, .6, .5625, .45}},
		made{"mixed", &results.Card{Recipe: "mixup", TrainedOn: []string{}}, []float64{.8, .4, .4, .6}})
}

// By hand: R of the standard network is 0.5, 0.5 and 0.75, of the other one 0.8, 0.75 and 0.6.
func TestTransferByHand(t *testing.T) {
	r, err := newTransfer(transferTable(), selection{}, "")
	if err != nil {
		t.Fatal(err)
	}
	n := r.Networks[0]
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: %g, want %g", what, got, want)
		}
	}
	for k, want := range []float64{.3, .25, -.15} {
		near(r.Corruptions[k], n.Gains[k].Value, want)
		if n.Seen[k] != (k == 0) {
			t.Errorf("%s: seen %t", r.Corruptions[k], n.Seen[k])
		}
	}
	near("clean", n.Clean.Value, -.05)
	near("seen", n.MeanSeen.Value, .3)
	near("unseen", n.MeanUnseen.Value, .05)
	near("other families", n.MeanOthers.Value, -.15)
	if r.Standard != "standard" || n.Better != 1 || n.Worse != 1 || n.Gains[1].Lower < .2 || n.Gains[2].Upper > -.1 {
		t.Errorf("%+v", n)
	}
	// A network that is right about the same images gains nothing, surely; and it has seen nothing.
	if m := r.Networks[1]; m.MeanSeen != nil || *m.MeanUnseen != (Estimate{}) || *m.MeanOthers != (Estimate{}) || m.Better+m.Worse != 0 {
		t.Errorf("%+v", m)
	}
}

// What is no corruption here is said, for it does not count as seen.
func TestTransferUnknown(t *testing.T) {
	table := transferTable()
	table.Networks[1].Card.TrainedOn = []string{"noise", "fog"}
	r, err := newTransfer(table, selection{}, "")
	if want := "noisy: its model card names corruptions that this version does not know, which do not count as seen: noise."; err != nil || !slices.Contains(r.Notes, want) {
		t.Errorf("noted %q, want %q, %v", r.Notes, want, err)
	}
}

// What a network continues from was trained on counts as seen, and what is not known is said.
func TestTransferContinues(t *testing.T) {
	table := transferTable()
	table.Networks[1].Card.InitFrom = "mixed" // the SHA-256 of made-up networks is their name
	table.Networks[2].Card.InitFrom = "standard"
	table.Networks[2].Card.TrainedOn = []string{"fog", "gaussian_noise"}
	r, err := newTransfer(table, selection{networks: []string{"standard", "noisy"}}, "")
	if err != nil {
		t.Fatal(err)
	}
	n := r.Networks[0]
	if fmt.Sprint(n.TrainedOn, n.ContinuesFrom, n.Seen) != "[gaussian_noise impulse_noise fog] [mixed standard] [true false true]" || len(r.Notes) != 0 {
		t.Errorf("%+v, noted %q", n, r.Notes)
	}
	if notes := strings.Join(r.document().Notes, " "); !strings.Contains(notes, "noisy (recipe noise, continues from mixed from standard) was trained on gaussian_noise, impulse_noise, fog.") {
		t.Error(notes)
	}
	if len(table.Networks[1].Card.TrainedOn) != 2 {
		t.Errorf("the card has changed: %+v", table.Networks[1].Card)
	}

	const note = "does not count as seen: "
	for name, c := range map[string]struct {
		change func()
		want   string
	}{
		"loop":    {func() { table.Networks[2].Card.InitFrom = "noisy" }, "noisy, mixed."},
		"missing": {func() { table.Networks[2].Card.InitFrom = "0123" }, "noisy, mixed."},
		"unknown": {func() { table.Networks[2].Card.InitFrom, table.Networks[0].Card.TrainedOn = "standard", nil }, "noisy, mixed."},
		"itself":  {func() { table.Networks[1].Card.InitFrom, table.Networks[2].Card.InitFrom = "noisy", "" }, "noisy."},
	} {
		c.change()
		r, err := newTransfer(table, selection{}, "")
		if err != nil || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], note+c.want) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
		table.Networks[1].Card.InitFrom, table.Networks[0].Card.TrainedOn = "mixed", []string{}
	}
}

func TestTransferCommand(t *testing.T) {
	file, folder := write(t, transferTable()), t.TempDir()
	stdout, _, err := run(t, "transfer", file, "--svg", folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"* +30.0 [", "noisy (recipe noise) was trained on gaussian_noise, impulse_noise.", "1 / 1 of 2", "400 of set", "−15.0"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in %s", want, stdout)
		}
	}
	if b, err := os.ReadFile(filepath.Join(folder, "transfer.svg")); err != nil || !strings.Contains(string(b), "shot_noise") {
		t.Error(err)
	}
}

func TestTransferRefuses(t *testing.T) {
	two, unknown, none := transferTable(), transferTable(), transferTable()
	two.Networks[2].Card.Recipe = "standard"
	unknown.Networks[1].Card = nil
	none.Networks[0].Card = nil
	for name, c := range map[string]struct {
		table    *results.Table
		s        selection
		standard string
		want     string
	}{
		"two":      {two, selection{}, "", "which of standard, mixed"},
		"none":     {none, selection{}, "", "--standard names"},
		"unknown":  {unknown, selection{}, "", "what noisy was trained on is not known"},
		"nobody":   {two, selection{}, "other", `"other" is none of the networks`},
		"alone":    {two, selection{networks: []string{"standard"}}, "", "no network besides standard"},
		"unshared": {two, selection{corruptions: []string{"snow"}}, "standard", "snow"},
	} {
		if _, err := newTransfer(c.table, c.s, c.standard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := newTransfer(two, selection{}, "mixed"); err != nil {
		t.Error(err)
	}
}
