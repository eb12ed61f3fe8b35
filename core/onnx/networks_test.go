package onnx

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"path/filepath"
	"testing"

	"steady/core/nn"
	"steady/core/scalar"
)

// parameter returns a parameter with elements that vary.
func parameter(name string, shape ...int) *nn.Param {
	p := &nn.Param{Name: name, Shape: shape, Data: make([]float32, nn.Shape(shape).Size())}
	for i := range p.Data {
		p.Data[i] = float32((i*7+len(name)*3)%11)/8 - 0.5
	}
	return p
}

// positive returns a parameter with elements above 0, as a variance has.
func positive(name string, shape ...int) *nn.Param {
	p := parameter(name, shape...)
	for i := range p.Data {
		p.Data[i] = float32(i%5)/4 + 0.25
	}
	return p
}

func batchNorm(name string, c int) *nn.BatchNorm {
	return &nn.BatchNorm{
		Scale: parameter(name+".scale", c), Shift: parameter(name+".shift", c), Mean: parameter(name+".mean", c),
		Variance: positive(name+".variance", c), Epsilon: 1e-3, Momentum: 0.75,
	}
}

// chain returns a network in which each layer reads the one before.
func chain(image nn.Shape, ops ...nn.Op) *nn.Network {
	n := &nn.Network{Name: "chain", Image: image, Output: nn.Value(len(ops))}
	for i, o := range ops {
		n.Layers = append(n.Layers, nn.Layer{Name: nn.OpName(o) + "_" + formatFloat(float32(i)), Op: o,
			In: []nn.Value{nn.Value(i)}})
	}
	return n
}

// networks returns one network or more for each operation, by name.
func networks() map[string]*nn.Network {
	image := nn.Shape{4, 7, 6}
	pool := nn.Pool{Kernel: [2]int{3, 2}, Stride: [2]int{2, 1}, Pads: [4]int{1, 0, 2, 1}}
	unit := nn.Pool{Kernel: [2]int{2, 2}, Stride: [2]int{2, 2}}
	inf := float32(math.Inf(1))
	shared := parameter("shared", 4)
	all := map[string]*nn.Network{
		"nothing": {Name: "nothing", Image: image},
		"conv": chain(image, &nn.Conv{Weight: parameter("w", 6, 2, 3, 2), Bias: parameter("b", 6),
			Stride: [2]int{2, 1}, Pads: [4]int{1, 0, 2, 3}, Dilation: [2]int{1, 2}, Groups: 2}),
		"depthwise": chain(image, &nn.Conv{Weight: parameter("w", 4, 1, 3, 3), Stride: [2]int{1, 1},
			Dilation: [2]int{1, 1}, Groups: 4}),
		"batch norm": chain(image, batchNorm("n", 4)),
		"linear": chain(nn.Shape{5}, &nn.Linear{Weight: parameter("w", 3, 5), Bias: parameter("b", 3)},
			&nn.Linear{Weight: parameter("v", 2, 3)}),
		"relu": chain(image, &nn.Relu{}, &nn.LeakyRelu{Slope: 0.125}, &nn.LeakyRelu{}),
		"clip": chain(image, &nn.Clip{Min: 0, Max: 6}, &nn.Clip{Min: -inf, Max: 5},
			&nn.Clip{Min: 1, Max: inf}, &nn.Clip{Min: -inf, Max: inf}),
		"max pool":    chain(image, &nn.MaxPool{Pool: pool}, &nn.MaxPool{Pool: unit}),
		"mean pool":   chain(image, &nn.AveragePool{Pool: pool}, &nn.AveragePool{Pool: unit}),
		"padded pool": chain(image, &nn.AveragePool{Pool: pool, CountPadding: true}),
		"global pool": chain(image, &nn.GlobalAveragePool{}),
		"reshape": chain(image, &nn.Reshape{Shape: nn.Shape{8, 21}}, &nn.Reshape{Shape: nn.Shape{168}},
			&nn.Reshape{Shape: nn.Shape{168}}),
		"softmax": chain(image, &nn.Softmax{Axis: 0}, &nn.Softmax{Axis: 2}),
		"affine": chain(image,
			&nn.Affine{Scale: parameter("one", 1), Shift: parameter("channel", 4)},
			&nn.Affine{Scale: parameter("element", 4, 7, 6), Shift: parameter("one'", 1)},
			&nn.Affine{Shift: parameter("shift", 4)}, &nn.Affine{Scale: parameter("scale", 4)}),
		"flat affine": chain(nn.Shape{5}, &nn.Affine{Scale: parameter("scale", 5), Shift: parameter("shift", 5)}),
		"shared":      chain(image, &nn.Affine{Shift: shared}, &nn.Relu{}, &nn.Affine{Shift: shared}),
		"names": chain(image, &nn.Affine{Scale: parameter("input", 4), Shift: parameter("output", 4)},
			&nn.Clip{Min: 0, Max: 1}, &nn.Affine{Shift: parameter("Affine_0.scaled.min", 4)}),
	}
	for _, role := range []string{"w", "b"} { // of tokens, whose weight is written transposed
		all["frozen "+role] = chain(nn.Shape{3, 5}, &nn.Linear{Weight: parameter("w", 6, 5), Bias: parameter("b", 6)},
			&nn.Affine{Shift: parameter("c", 1, 6)})
		for _, p := range all["frozen "+role].Params() {
			p.Frozen = p.Name == role
		}
	}
	all["names"].Layers[1].Name = "Affine_0.scaled"
	functions := chain(nn.Shape{37})
	for _, k := range scalar.Kinds() {
		if k != scalar.Log && k != scalar.Sqrt { // of numbers below 0
			f := scalar.Function{Kind: k}
			switch k {
			case scalar.Elu:
				f.Alpha = 0.75
			case scalar.Power:
				f.Alpha = 3
			}
			functions.Layers = append(functions.Layers, nn.Layer{Name: k.String(), Op: &nn.Map{Function: f},
				In: []nn.Value{nn.Value(len(functions.Layers))}})
		}
	}
	functions.Output = nn.Value(len(functions.Layers))
	all["functions"] = functions
	all["roots"] = chain(nn.Shape{7}, &nn.Map{Function: scalar.Function{Kind: scalar.Exp}},
		&nn.Map{Function: scalar.Function{Kind: scalar.Sqrt}}, &nn.Map{Function: scalar.Function{Kind: scalar.Log}})
	all["tokens"] = chain(nn.Shape{3, 4, 5}, &nn.Linear{Weight: parameter("w", 6, 5), Bias: parameter("b", 6)},
		&nn.Linear{Weight: parameter("v", 2, 6)},
		&nn.Affine{Scale: parameter("columns", 1, 1, 2), Shift: parameter("rows", 1, 4, 1)})
	all["layer norm"] = chain(image, &nn.LayerNorm{Scale: parameter("s", 6), Shift: parameter("b", 6), Axes: 1, Epsilon: 0.125},
		&nn.LayerNorm{Scale: parameter("t", 7, 6), Axes: 2, Epsilon: 0.25})
	all["mean"] = chain(image, &nn.Mean{Axis: 2}, &nn.Mean{Axis: 0})
	all["order"] = chain(image, &nn.Transpose{Perm: []int{2, 0, 1}},
		&nn.Slice{Start: []int{4, 3, 6}, Step: []int{-2, -1, -3}, Shape: nn.Shape{2, 4, 3}},
		&nn.Slice{Start: []int{0, 1, 0}, Step: []int{1, 2, 1}, Shape: nn.Shape{2, 2, 2}},
		&nn.Pad{Before: []int{0, 1, 2}, After: []int{3, 0, 1}, Value: 0.5},
		&nn.Pad{Before: []int{1, 0, 0}, After: []int{0, 0, 0}})
	all["repetition"] = chain(nn.Shape{4, 1, 3}, &nn.Slice{Start: []int{0, 0, 0}, Step: []int{1, 0, 1}, Shape: nn.Shape{4, 5, 3}})
	values := chain(nn.Shape{2, 3, 4}, &nn.Transpose{Perm: []int{0, 2, 1}}, &nn.MatMul{}, &nn.Mean{Axis: 1}, &nn.Mul{},
		&nn.Constant{Value: parameter("token", 1, 3, 3)}, &nn.Concat{}, &nn.Add{})
	values.Layers[1].In = []nn.Value{0, 1} // 2×3×3
	values.Layers[3].In = []nn.Value{3, 2} // 2×1×3 times 2×3×3
	values.Layers[4].In = nil
	values.Layers[5].In = []nn.Value{4, 5, 4} // 5×3×3
	values.Layers[6].In = []nn.Value{6, 5}    // and 1×3×3
	all["values"] = values
	graph := chain(image, batchNorm("a", 4), &nn.Relu{}, &nn.Add{}, &nn.Concat{}, &nn.Concat{Axis: 2},
		&nn.GlobalAveragePool{}, &nn.Reshape{Shape: nn.Shape{8}}, &nn.Softmax{})
	graph.Layers[2].In = []nn.Value{2, 1}
	graph.Layers[3].In = []nn.Value{0, 3}
	graph.Layers[4].In = []nn.Value{4, 4}
	graph.Labels = []string{"a", "b", "c", "d", "e", "f", "\"g\"", "ü"}
	graph.LabelsFrom = labelsFrom(labelsKey)
	all["graph"] = graph
	return all
}

// Each operation of package nn is in one of the networks that the tests of Write use.
func TestOperationsAreWritten(t *testing.T) {
	used := map[string]bool{}
	for _, n := range networks() {
		for _, l := range n.Layers {
			used[nn.OpName(l.Op)] = true
		}
	}
	files, err := filepath.Glob("../nn/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("package nn has no files (%v)", err)
	}
	operations := 0
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "infer" { // the method of nn.Op
				continue
			}
			operations++
			if name := f.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name; !used[name] {
				t.Errorf("nn.%s is in no network of networks()", name)
			}
		}
	}
	if operations == 0 {
		t.Error("package nn has no operations")
	}
}
