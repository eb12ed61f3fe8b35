package papers

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/overlapfile"
	"steady/core/results"
	"steady/tools/internal/benchrun"
	"steady/tools/internal/console"
	"steady/tools/internal/model"
)

// blocks returns results in which fog and contrast overlap by .9, spatter and saturate too, others by .1, and laugros/rain with
// none: gains of 20 images on the corruption itself, of 18 and of 2.
func blocks() *results.Table {
	corruptions := []string{"fog", "contrast", "spatter", "saturate", "laugros/rain"}
	group := []int{0, 0, 1, 1, 2}
	networks, cards := map[string][]int{"standard": {90, 50, 50, 50, 50, 50}}, map[string]*results.Card{"standard": trainedOn(0)}
	var cells []string
	for i, c := range corruptions {
		cells = append(cells, c+"{severity=range}")
		row := []int{90}
		for j := range corruptions {
			switch {
			case i == j:
				row = append(row, 70)
			case group[i] == group[j]:
				row = append(row, 68)
			case i == 4 || j == 4:
				row = append(row, 50)
			default:
				row = append(row, 52)
			}
		}
		networks[c], cards[c] = row, trainedOn(0, c)
	}
	return overlapTable(cells, networks, cards)
}

func TestCoverage(t *testing.T) {
	file := writeResults(t, blocks())
	csv := filepath.Join(t.TempDir(), "c.csv")
	stdout, _, err := run(t, "coverage", file, "--benchmark", "fog,contrast", "--benchmark", "imagenet-c-extra,fog", "--resamples", "100", "--csv", csv)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"fog,contrast: 2 corruptions\n", "covers 0 [0, 0] of 3 others (overlap of 0.5 or more); mean coverage 0.07 [", "measure the same: fog, contrast (mean overlap 0.90)",
		"imagenet-c-extra,fog: 3 corruptions\n", "without overlaps in these results, and not counted: speckle_noise, gaussian_blur",
		"covers 1 [1, 1] of 2 others", "covered: contrast 0.90", "not covered: laugros/rain* 0.00", "shares of the groups: 1: 33 %, 2: 67 %, 3: 0 %; imbalance 0.82",
		"shares of the families: ", overlapfile.ApproximationNote,
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in:\n%s", want, stdout)
		}
	}
	if b := string(mustRead(t, csv)); !strings.Contains(b, "\"imagenet-c-extra,fog\",contrast,0.900000,") || !strings.Contains(b, ",fog\n") {
		t.Errorf("%s", b)
	}
	stdout, _, err = run(t, "coverage", file, "--benchmark", "fog", "--others", "contrast,frost,fog", "--resamples", "100")
	if err != nil || !strings.Contains(stdout, "covers 1 [1, 1] of 1 others") || !strings.Contains(stdout, "  others without overlaps in these results, and not counted: frost\n") {
		t.Errorf("%s%v", stdout, err)
	}
	stdout, _, err = run(t, "coverage", file, "--benchmark", "fog", "--others", "fog", "--resamples", "100")
	if err != nil || !strings.Contains(stdout, "There is nothing left to cover") {
		t.Errorf("%s%v", stdout, err)
	}
	// Other severities than were measured are named.
	some := filepath.Join(t.TempDir(), "some.yaml")
	if err := os.WriteFile(some, []byte("cells: [{corruption: fog, severity: 3}, {corruption: contrast, severity: [1, 2, 3, 4, 5]}]\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if stdout, _, err := run(t, "coverage", file, "--benchmark", some, "--resamples", "100"); err != nil || !strings.Contains(stdout, "The overlaps are of other severities than it has: fog at 3.\n") {
		t.Errorf("%s%v", stdout, err)
	}
	// The usual benchmarks, as far as the results have something of them.
	if stdout, _, err := run(t, "coverage", file, "--resamples", "100"); err != nil || !strings.Contains(stdout, "imagenet-noc: 1 corruption\n") {
		t.Errorf("%s%v", stdout, err)
	}
	for args, want := range map[string]string{
		"--benchmark frost":               "overlaps of none of its corruptions",
		"--benchmark linf":                "has no corruptions",
		"--benchmark fogs":                "--benchmark: ",
		"--others fogs":                   "--others: ",
		"--only-seeds 0,0":                "0 is there twice",
		"--benchmark fog --benchmark fog": "--benchmark fog: it is there twice",
		"--threshold 0":                   "--threshold 0: want",
		"--least-gain 0.9":                "name a --benchmark",
	} {
		if _, _, err := run(t, append([]string{"coverage", file, "--resamples", "100"}, strings.Fields(args)...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
}

// What is built is a spec that a benchmark runs.
func TestBuild(t *testing.T) {
	file, dir := writeResults(t, blocks()), t.TempDir()
	noc, balanced := filepath.Join(dir, "noc.yaml"), filepath.Join(dir, "balanced.yaml")
	stdout, _, err := run(t, "build", file, "--out", noc, "--resamples", "100")
	if err != nil || !strings.Contains(stdout, "covers 2 [2, 2] of 2 others") {
		t.Fatalf("%s%v", stdout, err)
	}
	text := string(mustRead(t, noc))
	if strings.Count(text, "\n  - ") != 3 || !strings.Contains(text, `  - "laugros/rain{severity=range}"`) || !strings.Contains(text, "# It covers 2 of the 2 others") {
		t.Errorf("%s", text)
	}
	if stdout, _, err := run(t, "build", file, "--categories", "2", "--per-category", "2", "--out", balanced, "--resamples", "100"); err != nil ||
		!strings.Contains(stdout, "shares of the groups: 1: 50 %, 2: 50 %, 3: 0 %") {
		t.Errorf("%s%v", stdout, err)
	}
	// More categories than the published rule has groups: then there are as many.
	more := []string{"build", file, "--categories", "4", "--per-category", "1", "--out", filepath.Join(dir, "more.yaml"), "--resamples", "100"}
	if stdout, _, err := run(t, more...); err != nil || !strings.Contains(stdout, "; there are 4 groups, and not as many as by the published rule") ||
		!strings.Contains(stdout, "1: 25 %, 2: 25 %, 3: 25 %, 4: 25 %") {
		t.Errorf("%s%v", stdout, err)
	}
	store := filepath.Join(dir, "run.db")
	r, err := benchrun.Run(t.Context(), benchrun.Options{Spec: noc, Models: []string{"fashion-standard"}, Data: "fashion", Limit: 10, Out: store,
		Backend: model.Backend{Name: "cpu"}, Messages: console.NewWriter(io.Discard)})
	if err != nil || len(r.Cells) != 4 {
		t.Errorf("%+v, %v", r, err)
	}
	for args, want := range map[string]string{
		"--out " + noc: "--force replaces it",
		"--out " + noc + " --force --categories 3":            "2 of 3 groups have so many",
		"--out " + noc + " --force --categories 0":            "want at least 1 of both",
		"--out " + noc + " --force --categories 2 --groups 1": "--groups 1: want 2 to 5",
		"--out " + noc + " --force --groups 3":                "--groups is for a balanced benchmark",
		"--out " + noc + " --force --per-category 3":          "want --categories N too",
		"--out " + noc + " --force --least-gain 0.9":          "no corruption with overlaps",
		"--out " + filepath.Join(dir, "noc.txt"):              "must end in .yaml",
	} {
		if _, _, err := run(t, append([]string{"build", file, "--resamples", "100"}, strings.Fields(args)...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
	if got := string(mustRead(t, noc)); got != text {
		t.Errorf("a refused command has changed the file: %s", got)
	}
	if _, err := os.Stat(balanced); err != nil {
		t.Error(err)
	}
}
