package onnx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"steady/core/onnx/internal/onnxpb"
)

func TestReadDamaged(t *testing.T) {
	for name, n := range networks() {
		n.Labels = nil // metadata comes last in a file and may be missing
		for _, p := range n.Params() {
			p.Frozen = false
		}
		b := must(Write(n))
		for i := range b {
			if _, err := Read(b[:i]); err == nil {
				t.Errorf("%s: cut off at %d of %d bytes it is read", name, i, len(b))
			}
		}
		for i := range b {
			for _, flip := range []byte{1, 8, 0x80, 0xff} {
				c := append([]byte(nil), b...)
				c[i] ^= flip
				checkRead(t, c)
			}
		}
	}
	for _, b := range exported(t) {
		for i := 0; i < len(b); i += 1 + len(b)/150 {
			for _, flip := range []byte{1, 8, 0x80, 0xff} {
				c := append([]byte(nil), b...)
				c[i] ^= flip
				checkRead(t, c)
			}
		}
	}
	for _, b := range [][]byte{nil, {0}, {0xff}, []byte("<!DOCTYPE html>"), make([]byte, 100)} {
		if _, err := Read(b); err == nil {
			t.Errorf("%q is read", b)
		}
	}
}

// exported returns the files beside the script that makes them, which hold most of what PyTorch writes.
func exported(t testing.TB) map[string][]byte {
	files := map[string][]byte{}
	for _, name := range []string{"small_operators", "small_vit"} {
		b, err := os.ReadFile(filepath.Join("testdata", name+".onnx"))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = b
	}
	return files
}

// Files that are well-formed and make no sense: other operators, inputs, numbers and attributes than there were.
func TestReadNonsense(t *testing.T) {
	rounds := 600
	if testing.Short() {
		rounds = 100
	}
	all := supportedOperators()
	files := exported(t)
	for _, v := range operatorValues(t) {
		files[v.Name] = v.Model
	}
	for _, test := range inlineTests() {
		files[test.name] = test.bytes()
	}
	for name, b := range files {
		rounds := max(10, rounds*len(b)/20_000)
		r := rand.New(rand.NewPCG(1, uint64(len(name))))
		numbers := []int64{0, 1, -1, 2, 3, 7, 16, -2, 1 << 20, 1 << 31, math.MaxInt64, math.MinInt64, math.MinInt64 + 1, batchDim - 1}
		number := func() int64 { return numbers[r.IntN(len(numbers))] }
		for range rounds {
			m, err := onnxpb.Decode(b)
			if err != nil {
				t.Fatal(err)
			}
			g := m.Graph
			for range 1 + r.IntN(3) {
				n := g.Nodes[r.IntN(len(g.Nodes))]
				other := g.Nodes[r.IntN(len(g.Nodes))]
				switch r.IntN(7) {
				case 0:
					n.Domain, n.Op = "", all[r.IntN(len(all))]
					if name, ok := strings.CutPrefix(n.Op, mlDomain+"."); ok {
						n.Domain, n.Op = mlDomain, name
					}
				case 1:
					if len(n.Inputs) > 0 {
						n.Inputs[r.IntN(len(n.Inputs))] = other.Outputs[0]
					}
				case 2:
					n.Inputs = append(n.Inputs, other.Outputs[0])
				case 3:
					n.Inputs = n.Inputs[:r.IntN(len(n.Inputs)+1)]
				case 4:
					n.Attributes = append(n.Attributes, other.Attributes...)
				case 5:
					for _, a := range n.Attributes {
						a.Int = number()
						if len(a.Ints) > 0 {
							a.Ints[r.IntN(len(a.Ints))] = number()
						}
						if a.Tensor != nil {
							mutateTensor(r, a.Tensor, number())
						}
					}
				case 6:
					if len(g.Initializers) == 0 {
						continue
					}
					mutateTensor(r, g.Initializers[r.IntN(len(g.Initializers))], number())
				}
			}
			m.Opsets[0].Version = int64(oldestOpset + r.IntN(newestOpset-oldestOpset+1))
			checkRead(t, m.Encode())
		}
	}
}

// mutateTensor changes a tensor's dimensions, or a number in it.
func mutateTensor(r *rand.Rand, t *onnxpb.Tensor, x int64) {
	switch {
	case r.IntN(2) == 0 && len(t.Dims) > 0:
		t.Dims[r.IntN(len(t.Dims))] = x
	case t.DataType == onnxpb.Int64 && len(t.Raw) >= 8:
		raw := slices.Clone(t.Raw)
		binary.LittleEndian.PutUint64(raw[r.IntN(len(raw)/8)*8:], uint64(x))
		t.Raw = raw
	default:
		t.Dims = append(t.Dims, 1)
	}
}

// checkRead reads bytes and, if that works, does with the network what the rest of the project does first.
func checkRead(t *testing.T, b []byte) {
	t.Helper()
	n, err := Read(b)
	if err != nil {
		var typed *Error
		if n != nil || !errors.As(err, &typed) {
			t.Errorf("got %v and %v, want only an *Error", n, err)
		}
		return
	}
	if err := n.Validate(); err != nil {
		t.Errorf("what is read is not valid: %v", err)
	}
	written, err := Write(n)
	if err != nil {
		t.Fatalf("what is read cannot be written: %v", err)
	}
	m, err := Read(written)
	if err != nil {
		t.Fatalf("what is written cannot be read: %v", err)
	}
	if got, want := m.Classes(), n.Classes(); got != want {
		t.Errorf("read again it has %d classes, want %d", got, want)
	}
	if len(n.Image) == 3 && n.Image[0] > 64 {
		return // the preprocessing's matrix would be large
	}
	n.Normalized(nil, nil, 1, true).Logits().Fold().Shapes()
	n.MACs()
}

// Small files must not take much memory, whatever they ask for.
func TestReadMemory(t *testing.T) {
	row := &onnxpb.Tensor{Name: "w", Dims: []int64{1 << 10, 1 << 10}, DataType: onnxpb.Float, HasRaw: true,
		Raw: make([]byte, 1<<22)}
	tests := map[string]func() file{
		"many nodes": func() file {
			f := file{opset: 9, output: "x"}
			for range 1 << 20 {
				f.nodes = append(f.nodes, &onnxpb.Node{})
			}
			return f
		},
		"many layers of one name": func() file {
			f := file{opset: 9, output: "20000"}
			for i := range 20000 {
				from := "x"
				if i > 0 {
					from = fmt.Sprint(i)
				}
				n := op("Relu", list(from), fmt.Sprint(i+1))
				n.Name = "same"
				f.nodes = append(f.nodes, n)
			}
			return f
		},
		"one matrix, scaled often": func() file {
			f := file{opset: 9, input: imageInfo(1 << 10), output: "1000", inits: []*onnxpb.Tensor{row}}
			for i := range 1000 {
				from := "x"
				if i > 0 {
					from = fmt.Sprint(i)
				}
				f.nodes = append(f.nodes, op("Gemm", list(from, "w"), fmt.Sprint(i+1), attributeFloat("alpha", float32(i)+2)))
			}
			return f
		},
		"lists that double": func() file {
			f := file{opset: 9, inits: []*onnxpb.Tensor{ints("0", 1, 1, 1, 1)}}
			for i := range 60 {
				f.nodes = append(f.nodes, op("Concat", list(fmt.Sprint(i), fmt.Sprint(i)), fmt.Sprint(i+1), attributeInt("axis",
					0)))
			}
			f.nodes = append(f.nodes, op("Reshape", list("x", "60"), "y"))
			return f
		},
	}
	for name, make := range tests {
		b := make().bytes()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		n, err := Read(b)
		runtime.ReadMemStats(&after)
		limit := uint64(12*len(b) + 64<<20)
		if used := after.TotalAlloc - before.TotalAlloc; used > limit {
			t.Errorf("%s: %d bytes take %d bytes of memory, want at most %d (%v)", name, len(b), used, limit, err)
		}
		if name == "many layers of one name" && (err != nil || n.Layers[19999].Name != "same_20000") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(quantized().bytes())
	for _, n := range networks() {
		f.Add(must(Write(n)))
	}
	shape := file{opset: 13, inits: []*onnxpb.Tensor{ints("0", 0), ints("1", 1), ints("m", -1)}, nodes: []*onnxpb.Node{
		op("Shape", list("x"), "s"), op("Slice", list("s", "0", "1"), "b"), op("Gather", list("s", "1"), "c"),
		op("Mul", list("c", "1"), "d"), op("Concat", list("b", "d", "m"), "t", attributeInt("axis", 0)),
		op("Reshape", list("x", "t"), "y")}}
	f.Add(shape.bytes())
	shape.opset = 9
	f.Add(shape.bytes())
	pooled := file{opset: 7, inits: []*onnxpb.Tensor{ramp("w", 2, 2, 1, 1), ramp("g", 3, 2), rawFloats("f", nil, 2)},
		nodes: []*onnxpb.Node{op("Conv", list("x", "w"), "c", attributeText("auto_pad", "SAME_LOWER")),
			op("MaxPool", list("c"), "p", attributeInts("kernel_shape", 2, 2), attributeInt("ceil_mode", 1)),
			op("Sub", list("f", "p"), "s"), op("GlobalAveragePool", list("s"), "a"), op("Squeeze", list("a"), "q"),
			op("Gemm", list("q", "g"), "e", attributeInt("transB", 1)), op("Softmax", list("e"), "y")}}
	f.Add(pooled.bytes())
	for _, b := range exported(f) {
		f.Add(b)
	}
	for _, v := range operatorValues(f) {
		f.Add(v.Model)
	}
	for _, test := range inlineTests() {
		f.Add(test.bytes())
	}
	f.Fuzz(func(t *testing.T, b []byte) { checkRead(t, b) })
}
