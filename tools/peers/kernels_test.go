package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"
	"time"

	"steady/tools/machine"
)

func TestReadProfile(t *testing.T) {
	if machine.FMA(128, 1) == 0 {
		t.Skip("nothing to be met in a profile")
	}
	var file bytes.Buffer
	if err := pprof.StartCPUProfile(&file); err != nil {
		t.Fatal(err)
	}
	for begin := time.Now(); time.Since(begin) < 300*time.Millisecond; {
		machine.FMA(128, 1<<16)
	}
	pprof.StopCPUProfile()
	profile, err := readProfile(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	met := time.Duration(0)
	for _, p := range profile {
		if i := slices.Index(p.stack, "steady/tools/machine.FMA"); i >= 0 && strings.HasPrefix(p.stack[0], "steady/tools/machine.fma") {
			met += p.time
		}
	}
	if len(profile) > 0 && met == 0 { // a machine that is too busy may give no sample
		t.Errorf("%v: no sample in the loop", profile)
	}
	for _, wrong := range []string{"", "no profile"} {
		if _, err := readProfile([]byte(wrong)); err == nil {
			t.Errorf("%q is read as a profile", wrong)
		}
	}
}

// TestPrintKernels has a stack within a convolution, one below the walk of images through all kernels, one outside, and
// one of the loop that measures the peak.
func TestPrintKernels(t *testing.T) {
	const cpu = "steady/core/compute/cpu."
	profile := []profiled{
		{[]string{cpu + "tile", cpu + "tiles", cpu + "(*winograd).do", cpu + "(*imageMajor).do", cpu + "(*pool).work"}, 40 * time.Second},
		{[]string{cpu + "winogradOutputs", cpu + "(*winograd).output", cpu + "(*winograd).do", cpu + "(*pool).work"}, 20 * time.Second},
		{[]string{cpu + "matMulEach.do", cpu + "(*pool).work"}, 10 * time.Second},
		{[]string{cpu + "(*novelty).do"}, 10 * time.Second},
		{[]string{"runtime.memmove", "steady/core/engine.(*Engine).Logits"}, 20 * time.Second},
		{[]string{"steady/tools/machine.fma256", "steady/tools/machine.FMA"}, 300 * time.Second},
	}
	var w strings.Builder
	printKernels(&w, "work", profile, 100, map[string]float64{phaseTitles["winograd"]: 12e9}, 100)
	for _, want := range []string{
		"| work | ms | of the time | of the FMA peak |\n",
		"| all | 1000 | 100.0 % | 24.0 % |\n",
		"| convolution, Winograd | 600 | 60.0 % | 40.0 % |\n",
		"| – `tiles` | 400 | 40.0 % | 15.0 % |\n",
		"| – `output` | 200 | 20.0 % |  |\n",
		"| linear layer, right factor not packed before | 100 | 10.0 % |  |\n",
		"| novelty | 100 | 10.0 % |  |\n",
		"| outside of kernels | 200 | 20.0 % |  |\n",
	} {
		if !strings.Contains(w.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, w.String())
		}
	}
}

// TestPhases holds the names of phases to the types of package cpu.
func TestPhases(t *testing.T) {
	files, err := filepath.Glob("../../core/compute/cpu/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no source: ", err)
	}
	types := map[string]bool{"": true}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
				for _, s := range g.Specs {
					types[s.(*ast.TypeSpec).Name.Name] = true
				}
			}
		}
	}
	for _, names := range []map[string]string{phaseTitles, preparing, {imageMajor: ""}} {
		for name := range names {
			if !types[name] {
				t.Errorf("package cpu has no phase %s", name)
			}
		}
	}
}

// TestMultiplyAdds holds the counts to those that the network has, and the phases' names to those in the table.
func TestMultiplyAdds(t *testing.T) {
	n, err := resnet20()
	if err != nil {
		t.Fatal(err)
	}
	titles := slices.Collect(maps.Values(phaseTitles))
	const forward = 40.8e6
	for job, times := range map[string]float64{"forward": 1, "gradient": 2, "step": 3} {
		adds, err := multiplyAdds(n, job)
		if err != nil {
			t.Fatal(err)
		}
		total := 0.
		for title, v := range adds {
			if title == phaseTitles[""] || !slices.Contains(titles, title) {
				t.Errorf("%s: %g multiply-adds of %q, which is no phase of the table", job, v, title)
			}
			total += v
		}
		if share := total / times / forward; share < .98 || share > 1.02 {
			t.Errorf("%s: %g multiply-adds, want about %g", job, total, times*forward)
		}
	}
}
