package onnx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/nn"
)

func TestRoundTrip(t *testing.T) {
	for name, n := range networks() {
		t.Run(name, func(t *testing.T) {
			if err := n.Validate(); err != nil {
				t.Fatal(err)
			}
			b, err := Write(n)
			if err != nil {
				t.Fatal(err)
			}
			again, err := Write(n.Clone())
			if err != nil || !bytes.Equal(b, again) {
				t.Errorf("writing twice makes different bytes (%v)", err)
			}
			got, err := Read(b)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, got, n)
		})
	}
}

// compare reports what differs between two networks.
func compare(t *testing.T, got, want *nn.Network) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	for i := range max(len(got.Layers), len(want.Layers)) {
		switch {
		case i >= len(got.Layers):
			t.Errorf("layer %d is missing, want %q %#v", i, want.Layers[i].Name, want.Layers[i].Op)
		case i >= len(want.Layers):
			t.Errorf("layer %d is %q %#v, want no more", i, got.Layers[i].Name, got.Layers[i].Op)
		case !reflect.DeepEqual(got.Layers[i], want.Layers[i]):
			t.Errorf("layer %d is %+v %+v, want %+v %+v",
				i, got.Layers[i], got.Layers[i].Op, want.Layers[i], want.Layers[i].Op)
		}
	}
	t.Errorf("got %q %v output %d labels %q, want %q %v output %d labels %q",
		got.Name, got.Image, got.Output, got.Labels, want.Name, want.Image, want.Output, want.Labels)
}

// Parameters that share a value in the network share it in the file, and no others do.
func TestWriteShares(t *testing.T) {
	n, err := Read(must(Write(networks()["shared"])))
	if err != nil {
		t.Fatal(err)
	}
	if first, last := n.Layers[0].Op.(*nn.Affine), n.Layers[2].Op.(*nn.Affine); first.Shift != last.Shift {
		t.Error("a shared parameter is read as two")
	}
	// A bias and a shift of one parameter need different dimensions in the file.
	p := parameter("p", 4)
	conv := &nn.Conv{Weight: parameter("w", 4, 4, 1, 1), Bias: p, Stride: [2]int{1, 1}, Dilation: [2]int{1, 1}, Groups: 1}
	n, err = Read(must(Write(chain(nn.Shape{4, 3, 3}, conv, &nn.Affine{Shift: p}))))
	if err != nil {
		t.Fatal(err)
	}
	bias, shift := n.Layers[0].Op.(*nn.Conv).Bias, n.Layers[1].Op.(*nn.Affine).Shift
	if bias.Name != "p" || shift.Name != "p_2" || !reflect.DeepEqual(bias.Data, shift.Data) {
		t.Errorf("got %v and %v, want p and p_2 of one content", bias, shift)
	}
}

func TestWriteNames(t *testing.T) {
	n := chain(nn.Shape{2}, &nn.Linear{Weight: &nn.Param{Shape: []int{1, 2}, Data: []float32{1, 2}}})
	n.Name = ""
	got, err := Read(must(Write(n)))
	if err != nil {
		t.Fatal(err)
	}
	if name := got.Params()[0].Name; name != "Linear_0.weight" || got.Name != "network" {
		t.Errorf("nameless things are called %q and %q", name, got.Name)
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestWriteRefuses(t *testing.T) {
	nan := parameter("p", 4)
	nan.Data[2] = float32(math.NaN())
	for name, n := range map[string]*nn.Network{
		"nil":          nil,
		"shapes":       chain(nn.Shape{3}, &nn.GlobalAveragePool{}),
		"nan":          chain(nn.Shape{4}, &nn.Affine{Shift: nan}),
		"layer's name": {Image: nn.Shape{1}, Layers: []nn.Layer{{Name: "\xff", Op: &nn.Relu{}, In: []nn.Value{0}}}},
		"label":        {Image: nn.Shape{1}, Labels: []string{"\xff"}},
	} {
		b, err := Write(n)
		var typed *Error
		if b != nil || !errors.As(err, &typed) || !strings.HasPrefix(err.Error(), "onnx: ") {
			t.Errorf("%s: got %d bytes and %v, want an *Error", name, len(b), err)
		}
	}
}

// The checker of the ONNX project, and an evaluation in NumPy that shares nothing with this project.
func TestChecker(t *testing.T) {
	const python = "/usr/bin/python3"
	if out, err := exec.Command(python, "-c", "import onnx, numpy").CombinedOutput(); err != nil {
		t.Skipf("NOT CHECKED: what is written is not compared with the ONNX project's own checker, because %s has no "+
			"module onnx (Debian's package python3-onnx has it): %v %s", python, err, bytes.TrimSpace(out))
	}
	folder := t.TempDir()
	script := []string{filepath.Join("testdata", "check.py")}
	var names []string
	for name, n := range networks() {
		path := filepath.Join(folder, name+".onnx")
		writeFile(t, path, must(Write(n)))
		x, y := evaluated(t, n)
		writeFile(t, path+".x", x)
		writeFile(t, path+".y", y)
		script = append(script, path)
		names = append(names, name)
		half := must(WriteOptions{Float16: true}.Write(n)) // whose parameters all are float16 numbers
		if bytes.Equal(half, must(Write(n))) {
			continue
		}
		path = filepath.Join(folder, name+".float16.onnx")
		writeFile(t, path, half)
		writeFile(t, path+".x", x)
		writeFile(t, path+".y", y)
		script = append(script, path)
		names = append(names, name+" as float16")
	}
	out, err := exec.Command(python, script...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := strings.Count(string(out), "same\n"); got != len(names) {
		t.Errorf("%d of %d networks have the same output:\n%s", got, len(names), out)
	}
}

// evaluated returns two images and what the engine makes of them, as bytes.
func evaluated(t *testing.T, n *nn.Network) (x, y []byte) {
	t.Helper()
	// An engine leaves a Softmax at the end out; a Relu behind it changes nothing and keeps it.
	run := n.Clone()
	if n.Output != nn.Input {
		if _, ok := run.Layers[n.Output-1].Op.(*nn.Softmax); ok {
			run.Layers = append(run.Layers, nn.Layer{Name: "after", Op: &nn.Relu{}, In: []nn.Value{n.Output}})
			run.Output = nn.Value(len(run.Layers))
		}
	}
	run.Labels = nil
	e, err := engine.New(cpu.New(1), run, engine.Config{Batch: 2})
	if err != nil {
		t.Fatal(err)
	}
	in, out := make([]float32, 2*n.Image.Size()), make([]float32, 2*n.Classes())
	for i := range in {
		in[i] = float32((i*37)%101)/25 - 2
	}
	if err := e.Logits(out, in); err != nil {
		t.Fatal(err)
	}
	return littleEndian(in), littleEndian(out)
}

func littleEndian(data []float32) []byte {
	var b []byte
	for _, x := range data {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func writeFile(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
