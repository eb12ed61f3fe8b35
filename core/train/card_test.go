package train

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"steady/models"
)

func TestCardIsJSON(t *testing.T) {
	card := Card{
		Name: "tiny", File: "tiny.onnx", SHA256: "00", Data: "stripes", Classes: []string{"a", "b"}, Image: []int{3, 8, 8},
		Architecture: "tiny", Parameters: 5, MultiplyAdds: 7, Training: config(2), Accuracy: .5, TestImages: 4,
		License: "Apache-2.0", Command: "steady train standard",
	}
	b, err := json.Marshal(card)
	if err != nil {
		t.Fatal(err)
	}
	var back Card
	if err := json.Unmarshal(b, &back); err != nil || fmt.Sprint(back) != fmt.Sprint(card) {
		t.Errorf("%s comes back as %+v: %v", b, back, err)
	}
}

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
		var card Card
		if err := json.Unmarshal(file, &card); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if b, err := json.MarshalIndent(card, "", "  "); err != nil || string(b) != strings.TrimSpace(string(file)) {
			t.Errorf("%s comes back as %s, %v", name, b, err)
		}
	}
}
