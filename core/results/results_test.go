package results

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// two returns a table of two networks and two cells, of which one is not measured.
func two() *Table {
	return &Table{
		Title: "t", Protocol: map[string]string{"training": "none"}, Made: []string{"steady bench run"},
		Images: []Images{{"set", "h", "input=3×32×32"}},
		Cells:  []Cell{{Perturbation: "clean", N: 9}, {Perturbation: "fog{severity=3}", N: 3, Seed: 7}},
		Networks: []Network{
			{Name: "a", File: "a.onnx", SHA256: "1", Right: [][]bool{{true, false, true, false, false, false, false, false, true}, {false, false, false}}},
			{Name: "b", File: "b.onnx", SHA256: "2", Right: [][]bool{nil, {true, true, false}},
				Card: &Card{Recipe: "corrupt", TrainedOn: []string{"fog"}, Training: json.RawMessage(`{}`)}},
		},
	}
}

func TestFile(t *testing.T) {
	var b bytes.Buffer
	if err := two().Encode(&b); err != nil {
		t.Fatal(err)
	}
	// 1 + 4 = 5 and 1 as bytes, by hand.
	for _, want := range []string{`"BQE="`, `"AA=="`, `"Aw=="`, "null", `"format": "steady results 1"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in %s", want, b.String())
		}
	}
	got, err := Decode(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, two()) {
		t.Errorf("%+v", got)
	}
	if right, n := got.Count(0, 0); right != 3 || n != 9 || got.Measured(1, 0) || got.Accuracy(0, 1) != 0 || got.Cell("fog{severity=3}") != 1 || got.Cell("fog") >= 0 {
		t.Errorf("%d of %d", right, n)
	}
}

func TestDecodeRefuses(t *testing.T) {
	var b bytes.Buffer
	if err := two().Encode(&b); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`{`, `[`, "not JSON"},
		{"results 1", "results 2", `want "steady results 1"`},
		{`"title"`, `"subtitle"`, "subtitle"},
		{`"BQE="`, `"BQI="`, "bits are set behind the last of 9"},
		{`"BQE="`, `"BwE="`, "right[0] is 3, but 4"},
		{`"BQE="`, `"BQ"`, "not base64"},
		{`"BQE="`, `"BQ=="`, "1 bytes for 9 images"},
		{`"BQE="`, `null`, "only one of right[0] and correct[0] is null"},
		{`"images": 0`, `"images": 3`, "cells[0]: images 3 of 1 sets"},
		{`"n": 9`, `"n": -9`, "its cell is of -9 images: want 1 to 500000"},
		{`"n": 9`, `"n": 9000000000`, "its cell is of 9000000000 images: want 1 to 500000"},
		{`"clean"`, `""`, "cells[0]: no perturbation"},
		{`"epochs": 0`, `"epochs": -3`, "networks[1].card: epochs is -3: want 0 or more"},
		{`"fog"`, `"fog", "fog"`, "networks[1].card: trained_on has fog twice"},
		{`"name": "b"`, `"name": "a"`, "two of the name a"},
	} {
		spoilt := strings.Replace(b.String(), c.old, c.new, 1)
		if _, err := Decode([]byte(spoilt)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: %v, want %q", c.new, c.old, err, c.want)
		}
	}
}

func TestMerge(t *testing.T) {
	first, second := two(), two()
	first.Networks = first.Networks[:1]
	second.Networks[0].Right[0] = nil
	second.Cells[0].N, second.Networks[1].Right[0] = 2, []bool{true, false}
	m, err := Merge(first, second, first)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Cells) != 3 || len(m.Networks) != 2 || len(m.Images) != 1 || m.Check() != nil {
		t.Fatalf("%+v", m)
	}
	for network, want := range [][]bool{{true, true, false}, {false, true, true}} {
		for cell, measured := range want {
			if m.Measured(network, cell) != measured {
				t.Errorf("network %d in cell %d: %v, want %v", network, cell, !measured, measured)
			}
		}
	}
	if m.Networks[1].Card == nil || len(m.Made) != 1 {
		t.Errorf("%+v", m.Networks[1])
	}
	other := two()
	other.Networks[0].Right[1] = []bool{true, false, false}
	if _, err := Merge(two(), other); err == nil || !strings.Contains(err.Error(), "a got different images right under fog") {
		t.Error(err)
	}
	other = two()
	other.Networks[0].SHA256 = "3"
	if _, err := Merge(two(), other); err == nil || !strings.Contains(err.Error(), "different networks have the name a") {
		t.Error(err)
	}
	other = two()
	other.Protocol["training"] = "long"
	if _, err := Merge(two(), other); err == nil || !strings.Contains(err.Error(), "training") {
		t.Error(err)
	}
}

// What is not a file of results is named as what it is, without the names of Go's types.
func TestDecodeKinds(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "the file is empty",
		"[1]":                   "not an object, but JSON's array",
		`{"corruptions": [{}]}`: "a file of overlaps",
		`{"format": 3}`:         "format is JSON's number",
		`{"format": "steady results 1", "networks": [{"card": {"seed": "x"}}]}`: "seed is JSON's string",
	} {
		if _, err := Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "Go ") {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
