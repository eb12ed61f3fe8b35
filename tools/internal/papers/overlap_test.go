package papers

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"steady/core/chart"
	"steady/core/overlapfile"
	"steady/core/results"
)

// overlapTable returns results on 100 images: for each network, how many it gets right of the clean images and under each corruption.
func overlapTable(corruptions []string, networks map[string][]int, cards map[string]*results.Card) *results.Table {
	t := &results.Table{Images: []results.Images{{Name: "set", Hash: "h", Preparation: "input=3×32×32"}}, Cells: []results.Cell{{Perturbation: "clean", N: 100}}}
	for _, c := range corruptions {
		t.Cells = append(t.Cells, results.Cell{Perturbation: c, N: 100})
	}
	var names []string
	for name := range networks {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		n := results.Network{Name: name, SHA256: name, Card: cards[name]}
		for _, k := range networks[name] {
			right := make([]bool, 100)
			for i := range k {
				right[i] = true
			}
			n.Right = append(n.Right, right)
		}
		t.Networks = append(t.Networks, n)
	}
	return t
}

func trainedOn(seed uint64, corruptions ...string) *results.Card {
	c := &results.Card{Recipe: "corrupt", Seed: seed, TrainedOn: corruptions, Training: json.RawMessage("{}")}
	if corruptions == nil {
		c.Recipe, c.TrainedOn = "standard", []string{}
	}
	return c
}

// four returns three corruptions computed by hand, with one on which nothing is gained: as accuracies, fog and contrast overlap
// by (.1/.2 + .05/.2)/2 = .375; as ratios by ((.5/.75-.5)/(.6/.8-.5) + (.45/.8-.5)/(.6/.75-.5))/2, (.1667/.25 + .0625/.3)/2.
func four() *results.Table {
	return overlapTable([]string{"fog{severity=range}", "contrast{severity=range}", "laugros/rain{severity=range}", "snow{severity=range}"}, map[string][]int{
		"standard": {80, 40, 40, 50, 60},
		"fog":      {75, 60, 50, 50, 60},
		"contrast": {80, 45, 60, 50, 60},
		"rain":     {80, 40, 40, 80, 60},
		"snow":     {80, 40, 40, 50, 61},
	}, map[string]*results.Card{
		"standard": trainedOn(3), "fog": trainedOn(3, "fog"), "contrast": trainedOn(3, "contrast"), "rain": trainedOn(3, "laugros/rain"), "snow": trainedOn(3, "snow"),
	})
}

// writeResults writes a table to a file.
func writeResults(t *testing.T, r *results.Table) string {
	t.Helper()
	var b bytes.Buffer
	file := filepath.Join(t.TempDir(), "results.json")
	if err := r.Encode(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestOverlap(t *testing.T) {
	file := writeResults(t, four())
	svg, csv := filepath.Join(t.TempDir(), "o.svg"), filepath.Join(t.TempDir(), "o.csv")
	stdout, _, err := run(t, "overlap", file, "--svg", svg, "--csv", csv, "--resamples", "200")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"overlapping score of 4 corruptions by accuracy: 5 networks (1 seed), 100 images of set\n",
		"clean accuracy of the standard network: 80.0 %\n", "contrast 0.3", "laugros/rain*", "no overlaps with snow: training on it adds 0.010",
		"Intervals are of images only", overlapfile.ApproximationNote,
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in:\n%s", want, stdout)
		}
	}
	if b, err := os.ReadFile(svg); err != nil || !chart.IsSVG(b) || !bytes.Contains(b, []byte("laugros/rain*")) {
		t.Errorf("%.80s, %v", b, err)
	}
	b, err := os.ReadFile(csv)
	if err != nil || !strings.Contains(string(b), "fog,contrast,0.375000,") || !strings.Contains(string(b), "contrast,laugros/rain,0.000000,") ||
		!strings.Contains(string(b), "snow,fog,,,,,,\n") {
		t.Errorf("%s%v", b, err)
	}
	parsed, err := results.Decode(mustRead(t, file))
	if err != nil {
		t.Fatal(err)
	}
	r, err := newOverlap(t.Context(), parsed, &scoring{kind: "ratio", least: .02, resampling: resampling{resamples: 200}})
	if err != nil {
		t.Fatal(err)
	}
	// In the order of the registry: snow, fog, contrast, laugros/rain.
	if v := r.Ratio.Values[1][2]; v == nil || math.Abs(*v-((.5/.75-.5)/(.6/.8-.5)+(.45/.8-.5)/(.6/.75-.5))/2) > 1e-12 {
		t.Errorf("ratio: %v", v)
	}
	if v := r.Accuracy.Values[1][2]; v == nil || math.Abs(*v-.375) > 1e-12 || r.Accuracy.Values[0][0] != nil || r.Accuracy.Intervals[0][1] != nil {
		t.Errorf("accuracy: %v", v)
	}
	if i := r.Accuracy.Intervals[1][2]; i == nil || !(i.Lower < .375 && .375 < i.Upper) {
		t.Errorf("interval %v", i)
	}
	if got := strings.Join(r.Accuracy.Order, " "); got != "fog contrast laugros/rain" || len(r.Accuracy.Tree) != 2 || r.Accuracy.Tree[1].A != "#0" {
		t.Errorf("order %s, tree %+v", got, r.Accuracy.Tree)
	}
	if r.Corruptions[3].Approximation != true || r.Corruptions[1].Approximation || r.Corruptions[1].Standard != .4 || r.Corruptions[1].Trained != .6 {
		t.Errorf("%+v", r.Corruptions)
	}
	if _, _, err := run(t, "overlap", file, "--resamples", "100", "--corruptions", "fog,contrast,laugros"); err == nil {
		t.Error("--corruptions with some that no network was trained on: no error")
	}
	// With itself, a matrix agrees.
	tables := filepath.Join(t.TempDir(), "overlap.md")
	stdout, _, err = run(t, "overlap", file, "--against", file, "--resamples", "100", "--corruptions", "fog,contrast,laugros/rain", "--markdown", tables)
	const agrees = "ank correlation with results.json: 1.00 (3 pairs of 3 corruptions; mean absolute difference 0.00)"
	if err != nil || !strings.Contains(stdout, "\nr"+agrees+"\n") {
		t.Errorf("%s%v", stdout, err)
	}
	if b := mustRead(t, tables); !strings.Contains(string(b), "\n- R"+agrees+".\n") {
		t.Errorf("%s", b)
	}
}

func mustRead(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A corruption that was measured twice at a severity would count twice in its mean; networks that were trained otherwise are named.
func TestOverlapUnlike(t *testing.T) {
	again := four()
	again.Cells[2] = results.Cell{Perturbation: "fog{severity=range}", N: 100, Seed: 1}
	if _, err := newOverlapSample(again, nil, nil); err == nil || !strings.Contains(err.Error(), "fog{severity=range} was measured with several seeds") {
		t.Error(err)
	}
	again.Cells[2] = results.Cell{Perturbation: "fog{severity=range,profile=imagenet}", N: 100}
	if _, err := newOverlapSample(again, nil, nil); err == nil || !strings.Contains(err.Error(), "are one corruption at one severity") {
		t.Error(err)
	}
	unlike := four()
	unlike.Networks[1].Card.Architecture = "wide\x1b[2J"
	s, err := newOverlapSample(unlike, nil, nil)
	if err != nil || len(s.notes) != 1 || !strings.Contains(s.notes[0], "trained alike") || !strings.Contains(s.notes[0], "of contrast and fog, architecture is") {
		t.Errorf("%v, %v", s, err)
	}
}

// What a score does not mean where networks were trained otherwise than it wants is said: other shares and severities, other
// options, another start, corruptions that are not known, a drawn severity beside others.
func TestOverlapNotes(t *testing.T) {
	training := func(r *results.Table, network int, text string) {
		r.Networks[network].Card.Training = json.RawMessage(text)
	}
	for want, change := range map[string]func(*results.Table){
		"another share of corrupted images than one half: fog 1.": func(r *results.Table) { training(r, 1, `{"options":{"share":1}}`) },
		"different severities: contrast 5 and range.":             func(r *results.Table) { training(r, 0, `{"options":{"severity":5}}`) },
		"of contrast and fog, training.learning_rate is 0.1 and 0.2": func(r *results.Table) {
			training(r, 0, `{"learning_rate":0.1}`)
			training(r, 1, `{"learning_rate":0.2}`)
		},
		"contrast and fog continue from different networks": func(r *results.Table) { r.Networks[0].Card.InitFrom, r.Networks[1].Card.InitFrom = "a", "b" },
		`rain is not counted: it was trained on "foo"`:      func(r *results.Table) { r.Networks[2].Card.TrainedOn = []string{"foo"} },
		"Not counted, as they are neither standard": func(r *results.Table) {
			extra := r.Networks[4]
			card := *extra.Card
			card.TrainedOn, extra.Name, extra.Card = []string{"fog"}, "other", &card
			r.Networks = append(r.Networks, extra)
		},
		"fog{severity=range} is left out: there are results of severities": func(r *results.Table) {
			r.Cells = append(r.Cells, results.Cell{Perturbation: "fog{severity=2}", N: 100})
			for i := range r.Networks {
				r.Networks[i].Right = append(r.Networks[i].Right, make([]bool, 100))
			}
		},
	} {
		r := four()
		for i := range r.Networks {
			r.Networks[i].Card.Architecture = "small"
		}
		change(r)
		if s, err := newOverlapSample(r, nil, nil); err != nil || !strings.Contains(strings.Join(s.notes, "\n"), want) {
			t.Errorf("%v, %v: want %q", s.notes, err, want)
		}
	}
}

// A comparison says where the other results are of something else, and what was left out of them.
func TestOverlapAgainstOther(t *testing.T) {
	other := four()
	other.Images[0].Preparation = "input=3×224×224"
	for i := range other.Networks {
		other.Networks[i].Card.Architecture = "resnet50"
	}
	other.Networks[1].Card.Training = json.RawMessage(`{"options":{"share":1}}`)
	stdout, _, err := run(t, "overlap", writeResults(t, four()), "--against", writeResults(t, other), "--resamples", "100")
	for _, want := range []string{"results.json is of other images: set (h) input=3×224×224, and not set (h) input=3×32×32.",
		"results.json is of other networks: resnet50, and not", "results.json: Trained on another share"} {
		if err != nil || !strings.Contains(stdout, want) {
			t.Errorf("%s%v: want %q", stdout, err, want)
		}
	}
}

// Seeds whose networks are not all there are left out, and said so.
func TestOverlapSeeds(t *testing.T) {
	more := four()
	for _, n := range more.Networks[:4] {
		n.Name += "-again"
		card := *n.Card
		card.Seed, n.Card = 4, &card
		more.Networks = append(more.Networks, n)
	}
	stdout, _, err := run(t, "overlap", writeResults(t, more), "--resamples", "100")
	if err != nil || !strings.Contains(stdout, "(1 seed)") || !strings.Contains(stdout, "Seed 4 is left out: there is no standard network") {
		t.Errorf("%s%v", stdout, err)
	}
	n := more.Networks[4]
	n.Name += "-again"
	card := *n.Card
	card.Seed, n.Card = 4, &card
	more.Networks = append(more.Networks, n)
	stdout, _, err = run(t, "overlap", writeResults(t, more), "--resamples", "100")
	if err != nil || !strings.Contains(stdout, "10 networks (2 seeds)") || !strings.Contains(stdout, "between the matrices of single seeds: 1.00") {
		t.Errorf("%s%v", stdout, err)
	}
	stdout, _, err = run(t, "overlap", writeResults(t, more), "--resamples", "100", "--only-seeds", "4")
	if err != nil || !strings.Contains(stdout, "5 networks (1 seed)") {
		t.Errorf("%s%v", stdout, err)
	}
	for list, want := range map[string]string{"3,7": "no network was trained with seed 7, valid: 3, 4", "x": "want whole numbers"} {
		if _, _, err := run(t, "overlap", writeResults(t, more), "--only-seeds", list); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("--only-seeds %s: %v, want %q", list, err, want)
		}
	}
}

func TestOverlapRefuses(t *testing.T) {
	for want, spoil := range map[string]func(*results.Table){
		"have no clean images":                        func(r *results.Table) { r.Cells[0].Perturbation = "spatter{severity=1}" },
		"there is no standard network":                func(r *results.Table) { r.Networks[4].Card = nil },
		"both standard networks with seed 3":          func(r *results.Table) { r.Networks[3].Card = trainedOn(3) },
		"both trained on fog with seed 3":             func(r *results.Table) { r.Networks[3].Card = trainedOn(3, "fog") },
		"networks of 0 corruptions":                   func(r *results.Table) { r.Networks = r.Networks[4:] },
		"no result of rain for fog":                   func(r *results.Table) { r.Networks[2].Right[1] = nil },
		"a cell that this version does not know":      func(r *results.Table) { r.Cells[1].Perturbation = "fogs" },
		"50 images of set (h) input=3×32×32 with fog": func(r *results.Table) { halve(r, 1) },
		"is right about no clean image":               func(r *results.Table) { r.Networks[0].Right[0] = make([]bool, 100) },
	} {
		r := four()
		spoil(r)
		if _, _, err := run(t, "overlap", writeResults(t, r), "--resamples", "100"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	file := writeResults(t, four())
	for _, c := range []struct{ args, want string }{
		{"--data fashion", "want RESULTS to read, or --out FOLDER"},
		{"--data fashion --out x --against no.json", "there is no no.json"}, // before anything is trained
		{"--data fashion --out x --from-scratch --fine-tuning epochs=1", "want one of them"},
		{"--data fashion --out x --model fashion-standard --training epochs=1", "leave those out"},
		{"--data fashion --out x --model fashion-standard --network small", "leave those out"},
		{"--data fashion --out x --network no", "--network \"no\": want one of whitened, small"},
		{file + " --out x", "--out is for making results"},
		{file + " --score rank", "valid: accuracy, ratio"},
		{file + " --least-gain 0", "--least-gain 0: want"},
		{file + " --resamples 3", "--resamples 3: want"},
		{file + " --corruptions fogs", "--corruptions: "},
		{file + " --corruptions spatter", "no network of the results was trained on spatter"},
		{"none.db", "there is no none.db"},
		{"--out x --seeds 0", "--seeds 0: want"},
		{"--out x --severity 7", "--severity"},
		{"--out x --training epochs=0", "--training"},
		{"--out x --fine-tuning seed=3", "seed, validation and keep are the same"},
		{"--out x --from-scratch --model a.onnx", "want one of them"},
		{"--out x --mean .5", "want --model FILE"},
		{"--out x --corruptions fog", "--corruptions: 1: want at least 2"},
	} {
		if _, _, err := run(t, append([]string{"overlap"}, strings.Fields(c.args)...)...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.args, err, c.want)
		}
	}
}

// halve leaves half of the images of a cell.
func halve(r *results.Table, cell int) {
	r.Cells[cell].N = 50
	for i := range r.Networks {
		r.Networks[i].Right[cell] = r.Networks[i].Right[cell][:50]
	}
}

func TestParseCorruptions(t *testing.T) {
	dir := t.TempDir()
	suite := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return file
	}
	good := suite("good.yaml", "cells:\n - clean\n - {corruption: [snow, laugros/rain], severity: range}\n - {corruption: fog}\n")
	list, err := parseCorruptions("--corruptions", good+", contrast,fog")
	var got []string
	for _, c := range list {
		got = append(got, c.Name)
	}
	if err != nil || strings.Join(got, " ") != "snow fog contrast laugros/rain" {
		t.Errorf("%q, %v", got, err)
	}
	if list, err := parseCorruptions("", "noise,imagenet-c-extra"); err != nil || len(list) < 7 {
		t.Errorf("%d, %v", len(list), err)
	}
	for text, want := range map[string]string{
		"cells: [pgd]\n":                           "is not a corruption",
		"cells: ['fog{severity=3}']\n":             "some severities only",
		"cells: ['fog{severity=range,jpeg=85}']\n": "want no profile, jpeg or files",
		"cells: ['fogs{severity=3}']\n":            "neither a corruption nor an attack",
		"seed: 3\n":                                "nothing to measure",
	} {
		if _, err := parseCorruptions("--corruptions", suite("bad.yaml", text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
