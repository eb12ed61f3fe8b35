package models

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"slices"
	"testing"

	"steady/core/train"
)

func TestCompare(t *testing.T) {
	names := []string{"fashion-mtlat", "mine", "cifar10-tlat", "cifar10-standard-long", "cifar10-augmix", "fashion-standard", "cifar10-standard"}
	want := []string{"cifar10-standard", "cifar10-standard-long", "cifar10-augmix", "cifar10-tlat", "fashion-standard", "fashion-mtlat", "mine"}
	if slices.SortFunc(names, Compare); !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
}

// TestCards reads every model card strictly: a field of another name would be lost.
func TestCards(t *testing.T) {
	cards, err := fs.Glob(FS, "*.json")
	if err != nil || len(cards) == 0 {
		t.Fatal(cards, err)
	}
	for _, file := range cards {
		b, err := FS.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var card train.Card
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		if err := d.Decode(&card); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}
