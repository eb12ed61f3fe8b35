//go:build !js

package webgpu

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"steady/core/arch"
	"steady/core/attack"
	"steady/core/compute"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/onnx"
)

// TestNaga has another compiler than Dawn's read all shaders: naga, which is that of Firefox and wgpu-native. It wants
// the packages of package.json, and Node.js.
func TestNaga(t *testing.T) {
	if testing.Short() {
		t.Skip("short: the build without SIMD is no other for a GPU")
	}
	texts := shaderTexts(t)
	list, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("../../../node_modules/naga-wasm"); err != nil {
		absent(t, fmt.Errorf("by naga, which npm would install: %w", err))
	}
	var major int
	version, err := exec.Command("node", "--version").Output()
	if fmt.Sscanf(string(version), "v%d.", &major); err != nil || major < 20 {
		absent(t, fmt.Errorf("by naga: Node.js is %q (%v), want 20 or later", version, err))
	}
	c := exec.Command("node", "testdata/naga.mjs")
	c.Stdin = bytes.NewReader(list)
	out, err := c.CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("of %d shaders: %v\n%s", len(texts), err, out)
	}
}

// shaderTexts are the shaders of networks that have all operators, evaluated, attacked and trained, and of convolutions
// of many shapes.
func shaderTexts(t *testing.T) []string {
	b, err := New(hollow{})
	if err != nil {
		t.Fatal(err)
	}
	var networks []*nn.Network
	for _, a := range arch.All() {
		n, err := a.Build(nn.Shape{3, 32, 32}, 10)
		if err != nil {
			t.Fatal(err)
		}
		networks = append(networks, n)
	}
	for _, name := range []string{"small_operators", "small_vit"} {
		file, err := os.ReadFile("../../onnx/testdata/" + name + ".onnx")
		if err != nil {
			t.Fatal(err)
		}
		n, err := onnx.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		networks = append(networks, n)
	}
	for _, n := range networks {
		use(t, b, n)
	}
	for _, s := range append(convShapes(), pointwise) {
		x, y, w := b.NewBuffer(3*s.C*s.H*s.W), b.NewBuffer(3*s.K*s.OH*s.OW), b.NewBuffer(s.K*s.C/s.Groups*s.R*s.S)
		b.Conv(s, y, x, w, nil, nil, compute.Relu)
		b.ConvInputGradient(s, x, y, w, true)
		b.ConvParamGradient(s, w, nil, x, y)
	}
	if err := b.Err(); err != nil {
		t.Fatal(err)
	}
	texts := slices.Sorted(maps.Keys(b.pipelines))
	all := strings.Join(texts, "")
	files, err := shaders.ReadDir("wgsl")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if part, _ := shaders.ReadFile("wgsl/" + f.Name()); !strings.Contains(all, string(part)) {
			t.Errorf("%s is in no shader", f.Name())
		}
	}
	return texts
}

// use has a network do all that there is.
func use(t *testing.T, b *Backend, n *nn.Network) {
	const images = 2
	x, labels := make([]float32, images*n.Image.Size()), make([]int, images)
	e, err := engine.New(b, n, engine.Config{Batch: images})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []struct {
		name string
		norm attack.Norm
	}{{"pgd", attack.Linf}, {"pgd", attack.L2}, {"mi-fgsm", attack.Linf}, {"cw", attack.L2}} {
		k, err := attack.Lookup(a.name)
		if err != nil {
			t.Fatal(err)
		}
		p := k.Default(a.norm)
		p.Steps = 2
		if _, err := k.Run(context.Background(), e, x, labels, p, nil); err != nil {
			t.Fatal(err)
		}
	}
	if e, err = engine.New(b, n, engine.Config{Batch: images, Train: true}); err != nil {
		t.Fatal(err)
	}
	if e.StepSpeed(time.Millisecond) <= 0 {
		t.Fatal("it does not train")
	}
	beginSGD(t, e)
	if _, err := e.StepTargets(x, make([]float32, images*e.Classes()), 0); err != nil {
		t.Fatal(err)
	}
}
