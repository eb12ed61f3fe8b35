package web

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The decks that come with the page are as the schema says, have six to ten finished scenes, and are in the list of decks.
func TestDecks(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(filepath.FromSlash("../docs/deck.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("static/decks/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no decks (%v)", err)
	}
	var there []string
	for _, name := range files {
		there = append(there, strings.TrimSuffix(filepath.Base(name), ".json"))
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(content)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var deck struct {
			About  string
			Scenes []struct{ Title, Say, Notes, Question, Answer, Show string }
		}
		if err := json.Unmarshal(content, &deck); err != nil {
			t.Fatal(err)
		}
		if n := len(deck.Scenes); n < 6 || n > 10 {
			t.Errorf("%s has %d scenes, want 6 to 10", name, n)
		}
		for i, s := range deck.Scenes {
			if s.Say == "" || s.Notes == "" || s.Question != "" && s.Answer == "" {
				t.Errorf("%s: scene %d (%s) has no sentence, notes or answer", name, i+1, s.Title)
			}
		}
	}
	code, err := os.ReadFile("src/scenes/builtin.ts")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	list := regexp.MustCompile(`export const names = \[(.*)\]`).FindSubmatch(code)
	for _, name := range regexp.MustCompile(`"([a-z-]+)"`).FindAllStringSubmatch(string(list[1]), -1) {
		listed = append(listed, name[1])
	}
	slices.Sort(listed)
	if !slices.Equal(listed, there) {
		t.Errorf("the page lists the decks %q, but the files are %q", listed, there)
	}
}
