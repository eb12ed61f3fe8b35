package recipes

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"

	"steady/core/train"
	"steady/models"
)

// The model cards of models/ come out as they went in, byte for byte.
func TestModelCards(t *testing.T) {
	names, err := fs.Glob(models.FS, "*.json")
	if err != nil || len(names) == 0 {
		t.Fatal("no model cards: ", err)
	}
	for _, name := range names {
		file, err := models.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var card train.Card
		if err := json.Unmarshal(file, &card); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if b, err := json.MarshalIndent(card, "", "  "); err != nil || string(b) != strings.TrimSpace(string(file)) {
			t.Errorf("%s comes back as %s, %v", name, b, err)
		}
	}
}
