package exchange

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"steady/core/bench"
	"steady/core/report"
)

// written returns a file of two networks under clean images and fog, with the result of one slice and the failure of another.
func written(t *testing.T) ([]byte, []Line) {
	t.Helper()
	labels := []int{0, 1, 2}
	var networks []report.Network
	for _, name := range []string{"a", "b"} {
		networks = append(networks, report.Network{Name: name, File: name + ".onnx", DataName: "set", Labels: labels,
			Cell: bench.Cell{Network: "hash of " + name, Data: "data", Preparation: "input=1×28×28", Seed: 3, N: 3}})
	}
	fog, err := bench.Parse("fog{severity=3}")
	if err != nil {
		t.Fatal(err)
	}
	cells := []bench.Cell{networks[0].Cell, networks[1].Cell}
	cells[1].Perturbation, cells[1].N = fog, 2
	line, err := NewLine(cells[0], &bench.Result{Answers: []bench.Answer{{Class: 0, Confidence: .5}, {Class: 1, Confidence: .9}, {Class: 0, Confidence: 1}},
		Right: 2, Sums: bench.Sums{NLL: 1.5, Brier: .25}, Backend: "cpu", Machine: "m", Seconds: 2}, "2026-01-02T03:04:05.678Z")
	if err != nil {
		t.Fatal(err)
	}
	lines := []Line{line, Failed(cells[1], "not finite", "2026-01-02T03:04:06.000Z")}
	head := Head{Started: "2026-01-02T03:04:05.000Z", Program: "p", Command: "c", Spec: json.RawMessage(`{"seed":3}`),
		Networks: []Network{NewNetwork(networks[0]), NewNetwork(networks[1])}, Asked: []Asked{{"clean", 3}, {"fog{severity=3}", 2}}}
	var b bytes.Buffer
	if err := Write(&b, head, lines); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), lines
}

func TestReadsWhatIsWritten(t *testing.T) {
	b, lines := written(t)
	f, err := Read(bytes.NewReader(b))
	if err != nil || !IsFile(b) || !reflect.DeepEqual(f.Lines, lines) || len(f.Slices) != 4 || len(f.Networks) != 2 || f.Networks[1].Cell.Seed != 3 {
		t.Fatalf("%+v, %v", f, err)
	}
	r, err := f.Lines[0].Result(f.Slices[f.Lines[0].Key])
	if err != nil || r.Right != 2 || r.Answers[1].Class != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

// What is wrong is said with its line.
func TestReadRefuses(t *testing.T) {
	b, _ := written(t)
	for name, c := range map[string]struct{ old, new, says string }{
		"another version":  {"version 1", "version 9", "line 1:"},
		"no network":       {`"networks":[`, `"networks":[],"others":[`, "0 networks"},
		"too many images":  {`"images":3`, `"images":4`, "has 3 labels"},
		"no perturbation":  {`"fog{severity=3}"`, `"mist"`, "neither a corruption nor an attack"},
		"other right ones": {`"right":2`, `"right":3`, "line 2: clean of a, images 0 to 2: 2 answers are the labels, not 3"},
		"no answers":       {`"answers":"`, `"answers":"AAAA","a":"`, "line 2:"},
		"another key":      {`{"key":"`, `{"key":"00`, "which nothing asks for"},
		"not prepared so":  {"input=1×28×28", "input=1×28", "does not know"},
		"a long text":      {`"hash of a"`, `"` + strings.Repeat("a", mostText+1) + `"`, "10001 bytes"},
		"negative":         {`"images":3`, `"images":-1`, "-1 images"},
	} {
		text := strings.Replace(string(b), c.old, c.new, 1)
		if text == string(b) {
			t.Fatalf("%s: nothing changed", name)
		}
		_, err := Read(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want an error with %q", name, err, c.says)
		}
	}
	later := strings.NewReplacer(`{"key":"`, `{"key":"00`, `"identity":"version \"1\"`, `"identity":"version \"9\"`).Replace(string(b))
	if _, err := Read(strings.NewReader(later)); err == nil || !strings.Contains(err.Error(), `line 2: a result of version "9"`) {
		t.Errorf("another way of computing: %v", err)
	}
	_, result, _ := strings.Cut(string(b), "\n")
	result, _, _ = strings.Cut(result, "\n")
	if _, err := Read(strings.NewReader(string(b) + result + "\n")); err == nil || !strings.Contains(err.Error(), "line 4: a second result of clean of a, images 0 to 2") {
		t.Errorf("the same twice: %v", err)
	}
	if _, err := Read(strings.NewReader("")); err == nil {
		t.Error("an empty file is read")
	}
}
