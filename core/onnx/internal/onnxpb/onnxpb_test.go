package onnxpb

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// everything has a value in each field.
func everything() *Model {
	tensors := []*Tensor{
		{Name: "floats", Dims: []int64{2, 1}, DataType: Float, Floats: []float32{1.5, -2}},
		{Name: "ints", Dims: []int64{3}, DataType: Int64, Int64s: []int64{0, -1, 1 << 62}},
		{Name: "halves", DataType: Float16, Int32s: []int64{0x3e00}},
		{Name: "doubles", Dims: []int64{1}, DataType: Double, Doubles: []float64{1e300}},
		{Name: "raw", Dims: []int64{0}, DataType: Int8, Raw: []byte{}, HasRaw: true},
		{Name: "elsewhere", DataType: Bfloat16, External: true,
			ExternalData: []StringEntry{{Key: "location", Value: "a/b"}, {Key: "offset", Value: "0"}}},
		{Name: "in parts", DataType: 99, Segment: true},
	}
	return &Model{
		IRVersion: 8, Producer: "test", ProducerVersion: "1.2",
		Graph: &Graph{
			Name: "graph", Initializers: tensors, Sparse: true,
			Nodes: []*Node{{
				Name: "node", Op: "Op", Domain: "example.com", Inputs: []string{"x", "", "ü"}, Outputs: []string{"", "y"},
				Attributes: []*Attribute{
					{Name: "f", Type: AttributeFloat, Float: 0.5},
					{Name: "i", Type: AttributeInt, Int: -7},
					{Name: "s", Type: AttributeString, Bytes: []byte{0xff, 0}},
					{Name: "t", Type: AttributeTensor, Tensor: tensors[0]},
					{Name: "floats", Type: AttributeFloats, Floats: []float32{1, 2}},
					{Name: "ints", Type: AttributeInts, Ints: []int64{3, -4}},
					{Name: "texts", Type: AttributeTexts, Texts: [][]byte{[]byte("a"), {}}},
					{Name: "graph", Type: AttributeGraph, Graph: &Graph{Name: "inner", Nodes: []*Node{{Op: "Op"}}}},
					{Name: "a", Type: AttributeGraph, Ref: "b"},
					{Name: "another", Type: 11},
				},
			}, {Overload: "o"}},
			Inputs: []*ValueInfo{{Name: "x", IsTensor: true, ElemType: Float, HasShape: true,
				Dims: []Dim{{Param: "N"}, {Value: 3}, {}, {Value: -1}}}},
			Outputs: []*ValueInfo{{Name: "y", IsTensor: true}, {Name: "no tensor"}},
			Values:  []*ValueInfo{{Name: "between", IsTensor: true, ElemType: Float}},
		},
		Opsets:   []Opset{{Version: 17}, {Domain: "example.com", Version: 1}},
		Metadata: []StringEntry{{Key: "key", Value: "value"}, {}},
		Functions: []*Function{{Name: "f", Inputs: []string{"x"}, Outputs: []string{"y"}, Attributes: []string{"a"},
			Nodes: []*Node{{Op: "Op"}}, Opsets: []Opset{{Version: 18}}, Domain: "example.com",
			Defaults: []*Attribute{{Name: "b", Type: AttributeInt, Int: 1}}, Overload: "o"}, {}},
	}
}

func TestRoundTrip(t *testing.T) {
	want := everything()
	b := want.Encode()
	got, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if again := got.Encode(); !bytes.Equal(again, b) {
		t.Error("the same message has other bytes when it is encoded again")
	}
}

// Numbers may be packed or not, whatever onnx.proto says, and an attribute may leave out its type.
func TestDecodeVariants(t *testing.T) {
	var packed, unpacked message
	packed.ints(8, []int64{1, -2})
	unpacked.unpacked(8, []int64{1, -2})
	for name, attribute := range map[string]message{"packed": packed, "unpacked": unpacked} {
		var node, graph, model message
		node.bytes(5, attribute)
		graph.bytes(1, node)
		model.bytes(7, graph)
		m, err := Decode(model)
		if err != nil {
			t.Fatal(err)
		}
		got := m.Graph.Nodes[0].Attributes[0]
		if want := (&Attribute{Type: AttributeInts, Ints: []int64{1, -2}}); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	inGraph := func(field protowire.Number, sub message) []byte {
		var graph, model message
		graph.bytes(field, sub)
		model.bytes(7, graph)
		return model
	}
	var name, op, dims, invalid, noTensor, noGraph message
	graphs := &Graph{}
	for range maxDepth {
		graphs = &Graph{Nodes: []*Node{{Attributes: []*Attribute{{Name: "g", Type: AttributeGraph, Graph: graphs}}}}}
	}
	noGraph.bytes(5, (&Attribute{Name: "value", Type: AttributeGraph}).encode())
	noTensor.bytes(5, (&Attribute{Name: "value", Type: AttributeTensor}).encode())
	name.text(3, "conv1")
	name.text(4, "Conv")
	op = append(append(op, name...), byte(2<<3|protowire.VarintType), 1)
	dims.unpacked(1, make([]int64, MaxDims+1))
	invalid.bytes(8, []byte{0xff})
	tests := map[string]struct {
		bytes []byte
		want  []string
	}{
		"a page":         {[]byte("<!DOCTYPE html>"), []string{"field 7", "wire type"}},
		"a tag alone":    {[]byte{0x80}, []string{"not a protobuf message"}},
		"cut off":        {[]byte{7<<3 | 2, 5, 0}, []string{"field 7", "cut off"}},
		"a graph number": {[]byte{7 << 3, 5}, []string{"graph", "wire type", "onnx.proto"}},
		"output number":  {inGraph(1, op), []string{"graph", "node 0 \"conv1\" (Conv)", "output", "wire type"}},
		"too many dims":  {inGraph(5, dims), []string{"initializer 0", "dims", "more than 16"}},
		"name":           {inGraph(5, invalid), []string{"initializer 0", "name", "UTF-8"}},
		"no graph":       {inGraph(1, noGraph), []string{"node 0", "attribute value", "GRAPH"}},
		"deep":           {(&Model{Graph: graphs}).Encode(), []string{"attribute g", "more than 32 graphs"}},
		"no tensor":      {inGraph(1, noTensor), []string{"node 0", "attribute value", "TENSOR"}},
	}
	for name, test := range tests {
		m, err := Decode(test.bytes)
		if m != nil || err == nil {
			t.Errorf("%s: got %v and %v, want an error", name, m, err)
			continue
		}
		for _, part := range test.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %q does not contain %q", name, err, part)
			}
		}
	}
}

// Small files must not take much memory.
func TestDecodeLimit(t *testing.T) {
	var graph, model message
	for range maxItems + 1 {
		graph.bytes(1, nil)
	}
	model.bytes(7, graph)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Decode(model)
	runtime.ReadMemStats(&after)
	if err == nil || !strings.Contains(err.Error(), "131072 messages") {
		t.Errorf("got %v, want an error with the limit of 131072 messages", err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("%d bytes take %d bytes of memory, want at most 64 MiB", len(model), used)
	}
}

func TestEnumNames(t *testing.T) {
	for want, got := range map[string]string{
		"FLOAT": Float.String(), "INT64": Int64.String(), "BFLOAT16": Bfloat16.String(), "17": DataType(17).String(),
		"-1": DataType(-1).String(), "INTS": AttributeInts.String(), "TYPE_PROTOS": AttributeType(14).String(),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestAbbreviate(t *testing.T) {
	if got := Abbreviate("short"); got != "short" {
		t.Errorf("got %q", got)
	}
	if got := Abbreviate(strings.Repeat("ü", 100) + "x"); got != strings.Repeat("ü", 60)+"…" {
		t.Errorf("got %q", got)
	}
	if got := Abbreviate("x" + strings.Repeat("ü", 100)); got != "x"+strings.Repeat("ü", 59)+"…" {
		t.Errorf("cut within a letter: got %q", got)
	}
}

// Whatever is decoded has bytes that are decoded to the same bytes again.
func FuzzDecode(f *testing.F) {
	f.Add(everything().Encode())
	f.Add([]byte(nil))
	f.Add([]byte("<!DOCTYPE html>"))
	files, err := filepath.Glob("../../testdata/*.onnx")
	if err != nil || len(files) == 0 {
		f.Fatalf("no files to begin with (%v)", err)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			if m != nil {
				t.Errorf("got a message with the error %v", err)
			}
			return
		}
		once := m.Encode()
		again, err := Decode(once)
		if err != nil {
			if len(b) > maxItems { // Encode writes strings that b left out
				return
			}
			t.Fatalf("what is encoded cannot be decoded: %v", err)
		}
		if twice := again.Encode(); !bytes.Equal(twice, once) {
			t.Errorf("decoded and encoded again, %x becomes %x", once, twice)
		}
	})
}
