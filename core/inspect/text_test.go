package inspect

import (
	"bytes"
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	r := &Report{Bytes: 1500, Producer: "a\x1b[31mb", IRVersion: 8, Opsets: []Opset{{"ai.onnx", 17}, {"com.example", 2}},
		Inputs:  []Value{{"x", "float32", []string{"N", "3", "?"}}},
		Outputs: []Value{{"map", "", nil}}, Unchecked: 2, Parameters: 1234567, Stored16: 1234000, MACs: 4_100_000_000,
		Problems:   []string{"Magic: not supported (node \"m\")", strings.Repeat("word ", 40)},
		ClassNames: []string{"a", "b", "c", "d", "e", "f", "g"}, NamesFrom: "metadata",
		Memory: []Memory{{1, 2e6, 3e6}, {32, 4e9, 5e9}}, Pixels: Pixels{Preset: "tf", Spec: preset("tf"), Evidence: []string{"why"}},
		Operators: []Operator{{Name: "Conv", Nodes: 5, Unchecked: 2}, {Name: "Magic", Nodes: 3, Unsupported: 1, Unneeded: 1}}}
	var b bytes.Buffer
	r.Write(&b)
	want := `  file         1.5 kB, written by a\x1b[31mb, operator set 17, com.example 2, IR version 8
  input        x, float32, N × 3 × ?
  output       map, no tensor
  runs         no
               - Magic: not supported (node "m")
               - word word word word word word word word word word word word word word word word
                 word word word word word word word word word word word word word word word word
                 word word word word word word word word
               - what these make is not known, so that 2 nodes after them could not be checked
  size         1,234,567 parameters, 1,234,000 stored in 16 bits, 4.1 billion multiply-adds an image
  memory       2 MB for 1 image, 4 GB for 32 images (to attack: 3 MB, 5 GB)
  classes      a, b, c, d, e, f, … (7, of metadata)
  pixels       seems to want --preset tf, which is --mean 0.5 --std 0.5 (a guess)
               - why
  operators    8 nodes
               - not supported: Magic 1
               - not checked: Conv 2
               - not needed: Magic 1
               - supported: Conv 3, Magic 1
`
	got := b.String()
	for i, line := range strings.Split(want, "\n") {
		if at := strings.Split(got, "\n"); i >= len(at) || strings.TrimRight(at[i], " ") != line {
			t.Fatalf("line %d differs from %q in\n%s", i+1, line, got)
		}
	}
}
