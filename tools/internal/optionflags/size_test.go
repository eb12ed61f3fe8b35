package optionflags

import "testing"

func TestSize(t *testing.T) {
	for text, want := range map[string]Size{"224": {224, 224}, "224x160": {224, 160}, "10X12": {10, 12}, "10×12": {10, 12}} {
		var s Size
		if err := s.Set(text); err != nil || s != want {
			t.Errorf("%q: %v, %v, want %v", text, s, err, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "x", "3x", "x3", "3x4x5", "1e3", "6000", "5x9223372036854775807", " 3"} {
		var s Size
		if err := s.Set(text); err == nil || s != (Size{}) {
			t.Errorf("%q: %v, want an error", text, s)
		}
	}
	for _, s := range []Size{{}, {3, 3}, {3, 4}} {
		var read Size
		if text := s.String(); text != "" && (read.Set(text) != nil || read != s) {
			t.Errorf("%v reads as %v", s, read)
		}
	}
}
