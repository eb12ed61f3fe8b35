package train

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestFlipText(t *testing.T) {
	for text, want := range map[string]Flip{
		`"none"`: NoFlip, `"random"`: RandomFlip, `"alternating"`: AlternatingFlip,
		`false`: NoFlip, `true`: RandomFlip, // of older model cards and checkpoints
	} {
		c := Config{Recipe: "standard", Flip: -1}
		if err := json.Unmarshal([]byte(`{"flip":`+text+`}`), &c); err != nil || c.Flip != want {
			t.Errorf("flip %s is read as %v, %v: want %v", text, c.Flip, err, want)
		}
	}
	for _, text := range []string{`"sometimes"`, `""`, `1`, `null`} {
		c := Config{Recipe: "standard"}
		if err := json.Unmarshal([]byte(`{"flip":`+text+`}`), &c); err == nil || !strings.HasSuffix(err.Error(), ": want one of none, random, alternating") ||
			strings.Count(err.Error(), "flip") != 1 {
			t.Errorf("flip %s is read as %v, %v", text, c.Flip, err)
		}
	}
}
