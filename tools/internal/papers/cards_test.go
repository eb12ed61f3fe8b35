package papers

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/results"
	"steady/core/train"
)

// writeCard writes a model card of a recipe with defaults.
func writeCard(t *testing.T, path, sha256, recipe string) {
	t.Helper()
	c := train.Card{SHA256: sha256}
	var err error
	if c.Training, err = train.Parse(recipe); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(c)
	if err == nil {
		err = os.WriteFile(path, text, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Cards in folders are for the networks of files of results, too, by the SHA-256 of the network.
func TestCardsOfFiles(t *testing.T) {
	file, dir := write(t, madeTable(10, []string{"clean"}, made{name: "a", shares: []float64{1}}, made{name: "b", shares: []float64{.5}})), t.TempDir()
	folder, other, out := filepath.Join(dir, "cards"), filepath.Join(dir, "other"), filepath.Join(dir, "out.json")
	for _, folder := range []string{folder, other} {
		if err := os.Mkdir(folder, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	writeCard(t, filepath.Join(folder, "a.json"), "a", "corrupt{corruptions=fog}")
	writeCard(t, filepath.Join(folder, "b.json"), "a", "corrupt{corruptions=snow}") // of another file
	writeCard(t, filepath.Join(other, "b.json"), "c", "standard")
	empty := t.TempDir()
	_, stderr, err := run(t, "results", file, "--cards", folder, "--cards", other, "--cards", empty, "--out", out)
	if err != nil || strings.Contains(stderr, "a.json") {
		t.Fatalf("%s%v", stderr, err)
	}
	for _, want := range []string{"--cards " + empty + ": it has no model card of any of the networks",
		filepath.Join(folder, "b.json") + ` is not the model card of b: its sha256 is "a", and that of the network "b".`, filepath.Join(other, "b.json")} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q, want %q", stderr, want)
		}
	}
	table, err := Read([]string{out}, nil)
	if err != nil || table.Networks[0].Card == nil || strings.Join(table.Networks[0].Card.TrainedOn, " ") != "fog" || table.Networks[1].Card != nil {
		t.Errorf("%+v, %v", table, err)
	}

	writeCard(t, filepath.Join(folder, "a.json"), "a", "corrupt{corruptions=contrast}")
	for folder, want := range map[string]string{
		filepath.Join(dir, "none"):      "none: there is no such folder",
		filepath.Join(folder, "b.json"): "b.json: a file: want a folder",
		folder:                          `two model cards of a differ: trained_on is ["fog"] and ["contrast"]`,
	} {
		if _, _, err := run(t, "results", out, "--cards", folder, "--out", filepath.Join(dir, "more.json")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// A card that cannot be used is said to be there, and why it cannot.
func TestUselessCards(t *testing.T) {
	file, dir := write(t, madeTable(10, []string{"clean"}, made{name: "a", shares: []float64{1}})), t.TempDir()
	for text, want := range map[string]string{
		`{"sha256": "a", "training"`:                                        "a.json is no model card of a: unexpected end of JSON input",
		`{"sha256": "a", "training": {"recipe": "standard"}, "images": -3}`: "a.json: images is -3: want 0 or more",
		`[]`: "a.json is no model card of a: ",
		`{"sha256": "a", "training": {"recipe": "nosuch"}}`:                                           "how a was trained is not known here: ",
		`{"sha256": "a", "training": {"recipe": "standard", "nosuch": 1}}`:                            "how a was trained is not known here: ",
		`{"sha256": "a", "training": {"recipe": "corrupt", "options": {"corruptions": "contrastt"}}}`: "contrastt",
		`{"sha256": "a", "training": {"recipe": "corrupt", "options": {"corruptions": "contrast"}}}`:  "",
	} {
		if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		_, stderr, err := run(t, "results", file, "--cards", dir, "--out", filepath.Join(t.TempDir(), "out.json"))
		if strings.Contains(text, "-3") {
			if err == nil || !strings.HasSuffix(err.Error(), want) {
				t.Errorf("%s: %v, want %q", text, err, want)
			}
			continue
		}
		if err != nil || !strings.Contains(stderr, want) || want == "" && stderr != "" {
			t.Errorf("%s: %q, want %q, %v", text, stderr, want, err)
		}
	}
}

// What only some of the files say of how they were made is left out, which is said.
func TestReadProtocols(t *testing.T) {
	var files []string
	for _, protocol := range []map[string]string{{"training": "fine-tuned"}, nil} {
		table := madeTable(10, []string{"clean"}, made{name: "n" + string(rune('a'+len(files))), shares: []float64{1}})
		table.Protocol = protocol
		files = append(files, write(t, table))
	}
	var said []string
	table, err := Read(files, func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) })
	if err != nil || table.Protocol != nil || len(said) != 1 || !strings.Contains(said[0], "Left out of the protocol") {
		t.Errorf("%+v, %v, said %q", table, err, said)
	}
	var one *results.Table
	if one, err = Read(files[:1], nil); err != nil || one.Protocol["training"] != "fine-tuned" {
		t.Errorf("%+v, %v", one, err)
	}
}
