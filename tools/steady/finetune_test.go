package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/train"
)

// The network that training continues from comes out with the preprocessing that it was given, its class names, and
// weights that have moved a little; whether it is folded, or its weights are float16, makes no difference.
func TestInitFrom(t *testing.T) {
	data, dir := writeSet(t, 64), t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	args := func(from, out string, more ...string) []string {
		return append([]string{"train", "standard", "--data", data, "--test", data, "--epochs", "2", "--batch", "16", "--shift", "1",
			"--monitor-every", "0", "--cutout", "0", "--learning-rate", "0.0001", "--init-from", from, "--out", in(out)}, more...)
	}
	result(t, "train", "standard", "--network", "compact", "--data", data, "--test", data, "--epochs", "30", "--batch", "16", "--shift", "1",
		"--monitor-every", "0", "--cutout", "0", "--learning-rate", "0.02", "--out", in("first.onnx"))
	n, err := onnx.Read(readFile(t, dir, "first.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	n.Labels = []string{"above", "below"}
	other := n.Clone()
	other.Params()[0].Data[0]++
	for name, o := range map[string]struct {
		n *nn.Network
		w onnx.WriteOptions
	}{"named": {n, onnx.WriteOptions{Float16: true}}, "wide": {n, onnx.WriteOptions{}}, "folded": {n.Fold(), onnx.WriteOptions{}}, "other": {other, onnx.WriteOptions{}}} {
		b, err := o.w.Write(o.n)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(in(name+".onnx"), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"named", "wide", "folded"} {
		out := result(t, args(in(name+".onnx"), "next.onnx", "--force", "--mean", "0.25", "--std", "0.5")...)
		if out["accuracy"].(float64) < .9 {
			t.Errorf("%s: accuracy %v", name, out["accuracy"])
		}
		next, err := onnx.Read(readFile(t, dir, "next.onnx"))
		if err != nil {
			t.Fatal(err)
		}
		first := next.Layers[0].Op.(*nn.Conv)
		if first.Weight.Data[0] != 2 || first.Bias.Data[0] != -.5 || !first.Weight.Frozen || !slices.Equal(next.Labels, n.Labels) {
			t.Errorf("%s: begins with %v and %v, and has the classes %q", name, first.Weight, first.Bias, next.Labels)
		}
		var card train.Card
		if err := json.Unmarshal(readFile(t, dir, "next.json"), &card); err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(readFile(t, dir, name+".onnx"))
		if f := card.InitFrom; f == nil || f.File != name+".onnx" || f.SHA256 != hex.EncodeToString(sum[:]) || card.Architecture != "compact" ||
			!strings.Contains(card.Command, "--init-from="+name+".onnx") || strings.Contains(card.Command, dir) {
			t.Errorf("%s: card %+v", name, card)
		}
	}
	same, err := onnx.Read(readFile(t, dir, "next.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	result(t, args(in("next.onnx"), "again.onnx")...)
	again, err := onnx.Read(readFile(t, dir, "again.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Layers) != len(same.Layers) || !slices.Equal(again.Params()[0].Data, same.Params()[0].Data) ||
		slices.Equal(again.Layers[again.Output-1].Op.(*nn.Linear).Weight.Data, same.Layers[same.Output-1].Op.(*nn.Linear).Weight.Data) {
		t.Error("training that continues again does not leave the preprocessing and move the weights")
	}

	// A checkpoint belongs to the file that its run began with.
	var stdout, stderr bytes.Buffer
	stop := stopWhen{context.Background(), in("part.checkpoint")}
	if code := run(stop, args(in("named.onnx"), "part.onnx"), &stdout, &stderr); code != exitFailure {
		t.Fatalf("stopped: exit code %d, %s", code, &stderr)
	}
	if _, err, code := steady(args(in("other.onnx"), "part.onnx", "--resume")...); code != exitFailure || !strings.Contains(err, "began with other parameters") {
		t.Errorf("resumed from another file: exit code %d, %s", code, err)
	}
	must(t, args(in("named.onnx"), "part.onnx", "--resume")...)
	must(t, args(in("named.onnx"), "whole.onnx")...)
	if !bytes.Equal(readFile(t, dir, "part.onnx"), readFile(t, dir, "whole.onnx")) {
		t.Error("a run that was stopped and resumed gives another network")
	}
}

// A network's classes are those of the data, by name whatever their order, or there is a new last layer.
func TestInitFromClasses(t *testing.T) {
	red, blue := color.RGBA{200, 30, 20, 255}, color.RGBA{30, 20, 200, 255}
	_, data := writeColors(t, nil, map[string]color.Color{"a": red, "b": blue})
	dir := t.TempDir()
	first := func(labels ...string) string {
		t.Helper()
		size := 3 * side * side
		n := &nn.Network{
			Name: "first", Image: nn.Shape{3, side, side}, Output: 2, Labels: labels,
			Layers: []nn.Layer{
				{Name: "flat", Op: &nn.Reshape{Shape: nn.Shape{size}}, In: []nn.Value{nn.Input}},
				{Name: "linear", Op: &nn.Linear{Weight: &nn.Param{Name: "w", Shape: []int{2, size}, Data: make([]float32, 2*size)}}, In: []nn.Value{1}},
			},
		}
		b, err := onnx.Write(n)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "first.onnx")
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	args := func(from, data string, more ...string) []string {
		return append([]string{"train", "standard", "--data", data, "--test", data, "--epochs", "20", "--monitor-every", "0", "--batch", "2", "--shift", "0",
			"--init-from", from, "--force", "--out", filepath.Join(dir, "m.onnx")}, more...)
	}
	for _, labels := range [][]string{{"a", "b"}, {"b", "a"}, nil} {
		if out := result(t, args(first(labels...), data)...); out["accuracy"] != 1.0 {
			t.Errorf("classes %q: %v", labels, out)
		}
		n, err := onnx.Read(readFile(t, dir, "m.onnx"))
		if err != nil {
			t.Fatal(err)
		}
		if want := append(labels, "a", "b")[:2]; !slices.Equal(n.Labels, want) {
			t.Errorf("classes %q are then %q", labels, n.Labels)
		}
	}
	_, three := writeColors(t, nil, map[string]color.Color{"a": red, "b": blue, "c": color.White})
	if err := os.Remove(filepath.Join(dir, "m.onnx")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "m.json")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{args(first("a", "b"), three), "has 2 classes, data has 3: want the same (--new-head"},
		{args(first("c", "d"), data), "do not match"},
		{args(first("a", "d"), data), "do not match"},
		{args("fashion-standard", data), "takes images of 1×28×28, the data has 3×8×8: want the same"},
		{args("no-standard", data), `no built-in network is called "no-standard"`},
		{args(first(), data, "--network", "compact"), "want one of them"},
		{[]string{"train", "standard", "--data", data, "--new-head", "--out", filepath.Join(dir, "m.onnx")}, "want --init-from FILE"},
		{[]string{"train", "standard", "--data", data, "--preset", "imagenet", "--out", filepath.Join(dir, "m.onnx")}, "want --init-from FILE"},
	} {
		if _, stderr, code := steady(c.args...); code != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: exit code %d, %s, want %q", c.args, code, stderr, c.want)
		}
	}
	onlyFiles(t, dir)
	if out := result(t, args(first("c", "d"), three, "--new-head", "--epochs", "40", "--batch", "3")...); out["accuracy"] != 1.0 {
		t.Errorf("with a new head: %v", out)
	}
	n, err := onnx.Read(readFile(t, dir, "m.onnx"))
	if err != nil || !slices.Equal(n.Labels, []string{"a", "b", "c"}) {
		t.Errorf("with a new head the classes are %q (%v)", n.Labels, err)
	}
}
