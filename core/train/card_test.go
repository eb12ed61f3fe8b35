package train

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestCardIsJSON(t *testing.T) {
	card := Card{
		Name: "tiny", File: "tiny.onnx", SHA256: "00", Data: "stripes", Classes: []string{"a", "b"}, Image: []int{3, 8, 8},
		Architecture: "tiny", Parameters: 5, MultiplyAdds: 7, Weights: "float16", Training: config(2), Accuracy: .5, TestImages: 4,
		License: "Apache-2.0", Command: "steady train standard", DataSHA256: "01", Images: 6, Revision: "02",
		Date: "2026-11-26T12:00:00Z", Seconds: 3, Machine: "a computer",
		Figures: &Figures{
			Data: "stripes-test", Clean: Figure{.5, 4},
			Corrupted: &Corrupted{
				Suite: "imagenet-c", Profile: "cifar", Seed: 1, N: 4,
				Each: []CorruptionBy{{Corruption: "fog", Severities: []float64{.5, .25}}},
			},
			Attacked: []Attacked{{Attack: "deepfool", Parameters: "steps 50", N: 2, Accuracy: .25, MedianL2: new(.125)}},
			Revision: "03", Machine: "another",
		},
		Origin: &Origin{
			Package: "tiny 1.0", SHA256: "04", Copyright: "nobody", Changes: "rounded",
			PublishedAccuracy: .5, PublishedImages: 8, PublishedBy: "https://example.com",
			Photographs: "some", Compared: 2, Agreement: 1, OriginalAccuracy: .5, Accuracy: .5,
		},
	}
	if a := card.Figures.Under("deepfool"); a == nil || a.N != 2 || card.Figures.Under("fgsm") != nil {
		t.Errorf("under DeepFool: %+v", a)
	}
	b, err := json.Marshal(card)
	if err != nil {
		t.Fatal(err)
	}
	var back Card
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, card) {
		t.Errorf("%s comes back as %+v: %v", b, back, err)
	}
}

// A card is read even if its training is not known here; a Config is not, for it would be that of another run.
func TestForeignCard(t *testing.T) {
	for _, training := range []string{
		`{"recipe":"standard","epochs":3,"invented_later":1}`, `{"recipe":"of another program","epochs":3,"options":{"eps":1}}`,
		`{"recipe":"standard","epochs":"many"}`,
	} {
		var c Config
		if err := json.Unmarshal([]byte(training), &c); err == nil {
			t.Errorf("%s is a Config", training)
		}
		card := Card{Training: config(1)}
		file := `{"name":"tiny","classes":["a"],"training":` + training + `,"accuracy":0.5,"invented_later":2,"figures":{"clean":"good"}}`
		if err := json.Unmarshal([]byte(file), &card); err != nil || card.Name != "tiny" || card.Accuracy != .5 || len(card.Classes) != 1 {
			t.Errorf("%s: %+v, %v", training, card, err)
		}
		if card.Figures != nil {
			t.Errorf("%s: its figures are taken for %+v", file, card.Figures)
		}
		if card.Training != (Config{}) || card.Training.Validate() == nil {
			t.Errorf("%s: its training is taken for %+v", training, card.Training)
		}
	}
	for _, bad := range []string{`[]`, `{"accuracy":"good"}`, `{"training":`} {
		if err := json.Unmarshal([]byte(bad), new(Card)); err == nil {
			t.Errorf("%s is a card", bad)
		}
	}
	card := Card{Training: config(1)}
	if err := json.Unmarshal([]byte(`{"name":"tiny"}`), &card); err != nil || card.Training != config(1) {
		t.Errorf("a card without training: %+v, %v", card, err)
	}
}

// A card of a network that was trained elsewhere says nothing of training or test images.
func TestCardOfAnother(t *testing.T) {
	b, err := json.Marshal(Card{Name: "tiny", Origin: &Origin{Package: "tiny 1.0"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"training", "test_images"} {
		if strings.Contains(string(b), key) {
			t.Errorf("%s: it has %s", b, key)
		}
	}
}

func TestSetMeans(t *testing.T) {
	c := Corrupted{Each: []CorruptionBy{
		{Corruption: "fog", Severities: []float64{.9, .7}}, {Corruption: "snow", Severities: []float64{.6, .4}},
		{Corruption: "frost", Severities: []float64{.3, .1}},
	}}
	near := func(got *float64, want float64) bool { return got != nil && math.Abs(*got-want) < 1e-12 }
	c.SetMeans([]string{"snow", "rain"})
	if !near(&c.Mean, .5) || !near(c.Seen, .5) || !near(c.Unseen, .5) || !near(&c.Each[0].Mean, .8) || c.Each[0].Seen || !c.Each[1].Seen {
		t.Errorf("%+v", c)
	}
	c.SetMeans([]string{"fog", "snow"})
	if !near(&c.Mean, .5) || !near(c.Seen, .65) || !near(c.Unseen, .2) {
		t.Errorf("%+v", c)
	}
	c.SetMeans(nil)
	if !near(&c.Mean, .5) || c.Seen != nil || c.Unseen != nil || c.Each[1].Seen {
		t.Errorf("none seen: %+v", c)
	}
}
