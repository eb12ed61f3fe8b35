package onnx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// external returns a tensor whose data is in a file; offset and length are left out where they are negative.
func external(name string, dataType onnxpb.DataType, dims []int64, location string, offset, length int64) *onnxpb.Tensor {
	t := &onnxpb.Tensor{Name: name, DataType: dataType, Dims: dims, External: true,
		ExternalData: []onnxpb.StringEntry{{Key: "location", Value: location}}}
	if offset >= 0 {
		t.ExternalData = append(t.ExternalData, onnxpb.StringEntry{Key: "offset", Value: strconv.FormatInt(offset, 10)})
	}
	if length >= 0 {
		t.ExternalData = append(t.ExternalData, onnxpb.StringEntry{Key: "length", Value: strconv.FormatInt(length, 10)})
	}
	return t
}

// open returns Options.External for files in memory.
func open(files map[string][]byte) func(string) (*io.SectionReader, error) {
	return func(path string) (*io.SectionReader, error) {
		b, ok := files[path]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b))), nil
	}
}

// The network of a file with external data is that of the same file without.
func TestExternal(t *testing.T) {
	weights := floatBytes(0.5, -1, 2, 3, 4, -5)
	half, double := make([]byte, 12), make([]byte, 48)
	for i, h := range []uint16{0x3800, 0xbc00, 0x4000, 0x4200, 0x4400, 0xc500} {
		binary.LittleEndian.PutUint16(half[2*i:], h)
	}
	for i, x := range []float64{0.5, -1, 2, 3, 4, -5} {
		binary.LittleEndian.PutUint64(double[8*i:], math.Float64bits(x))
	}
	shape := append(make([]byte, 3), 255, 255, 255, 255, 255, 255, 255, 255, 48, 0, 0, 0, 0, 0, 0, 0) // -1, 48
	dims := []int64{3, 2, 1, 1}
	for name, c := range map[string]struct {
		weight, shape *onnxpb.Tensor
		files         map[string][]byte
	}{
		"one file": {external("w", onnxpb.Float, dims, "m.onnx.data", 0, 24), external("s", onnxpb.Int64, []int64{2}, "m.onnx.data", 27, 16),
			map[string][]byte{"m.onnx.data": append(slices.Clone(weights), shape...)}},
		"a file each": {external("w", onnxpb.Float, dims, "w", -1, -1), external("s", onnxpb.Int64, []int64{2}, "s.bin", 3, -1),
			map[string][]byte{"w": weights, "s.bin": shape}},
		"folders": {external("w", onnxpb.Float, dims, "./data/w", -1, 24), external("s", onnxpb.Int64, []int64{2}, "data/deep/s", 3, 16),
			map[string][]byte{"data/w": weights, "data/deep/s": shape}},
		"half": {external("w", onnxpb.Float16, dims, "w", 0, 12), external("s", onnxpb.Int64, []int64{2}, "s", 3, 16),
			map[string][]byte{"w": half, "s": shape}},
		"double": {external("w", onnxpb.Double, dims, "w", 0, 48), external("s", onnxpb.Int64, []int64{2}, "s", 3, 16),
			map[string][]byte{"w": double, "s": shape}},
		"an attribute": {nil, external("s", onnxpb.Int64, []int64{2}, "s", 3, 16), map[string][]byte{"w": weights, "s": shape}},
	} {
		nodes := []*onnxpb.Node{op("Conv", list("x", "w"), "c"), op("Reshape", list("c", "s"), "r"), op("Identity", list("r"), "y")}
		input := imageInfo(2, 4, 4)
		f := file{opset: 13, input: input, nodes: nodes,
			inits: []*onnxpb.Tensor{rawFloats("w", dims, 0.5, -1, 2, 3, 4, -5), ints("s", -1, 48)}}
		want, err := Read(f.bytes())
		if err != nil {
			t.Fatal(err)
		}
		f.inits = []*onnxpb.Tensor{c.weight, c.shape}
		if c.weight == nil {
			f.inits = f.inits[1:]
			value := attributeTensor("value", external("", onnxpb.Float, dims, "w", -1, -1))
			f.nodes = append([]*onnxpb.Node{op("Constant", nil, "w", value)}, nodes...)
		}
		got, err := Options{External: open(c.files)}.Read(f.bytes())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		data := func(n *nn.Network) []float32 { return n.Layers[0].Op.(*nn.Conv).Weight.Data }
		if !slices.Equal(data(got), data(want)) || got.Classes() != 48 {
			t.Errorf("%s: the weights are %v in %d classes", name, data(got), got.Classes())
		}
		names, err := ExternalFiles(f.bytes())
		files := slices.Sorted(maps.Keys(c.files))
		if err != nil || !slices.Equal(names, files) {
			t.Errorf("%s: files %q, %v, want %q", name, names, err, files)
		}
	}
}

func floatBytes(list ...float32) []byte {
	var b []byte
	for _, x := range list {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

// sparse reads as zeros but for what lies at an offset.
type sparse struct {
	at   int64
	data []byte
}

func (s sparse) ReadAt(p []byte, off int64) (int, error) {
	clear(p)
	if off >= s.at && off < s.at+int64(len(s.data)) {
		copy(p, s.data[off-s.at:])
	}
	return len(p), nil
}

// Offsets go beyond 32 bits, and what lies between takes no memory.
func TestExternalFarAway(t *testing.T) {
	const far = 9 << 32
	f := file{opset: 13, inits: []*onnxpb.Tensor{external("w", onnxpb.Float, []int64{1, 2, 1, 1}, "m.data", far+4, 8)},
		nodes: []*onnxpb.Node{op("Conv", list("x", "w"), "y")}}
	o := Options{External: func(string) (*io.SectionReader, error) {
		return io.NewSectionReader(sparse{far, floatBytes(1, 7, 8, 9)}, 0, far+16), nil
	}}
	n, err := o.Read(f.bytes())
	if err != nil {
		t.Fatal(err)
	}
	if got := n.Layers[0].Op.(*nn.Conv).Weight.Data; !slices.Equal(got, []float32{7, 8}) {
		t.Errorf("the weights are %v", got)
	}
}

func TestExternalRefuses(t *testing.T) {
	failing := errors.New("the disk is on fire")
	at := func(location string, offset, length int64) *onnxpb.Tensor {
		return external("w", onnxpb.Float, []int64{1, 2, 1, 1}, location, offset, length)
	}
	entries := func(e ...onnxpb.StringEntry) *onnxpb.Tensor {
		return &onnxpb.Tensor{Name: "w", DataType: onnxpb.Float, Dims: []int64{1, 2, 1, 1}, External: true, ExternalData: e}
	}
	whole := func(string) (*io.SectionReader, error) { return io.NewSectionReader(sparse{}, 0, 8), nil }
	strange := at("w", 0, 8)
	strange.DataType = 20
	const leaves = "want a path inside the folder"
	for name, c := range map[string]struct {
		weight *onnxpb.Tensor
		open   func(string) (*io.SectionReader, error)
		says   string
	}{
		"none":          {at("w.bin", 0, 8), nil, `the file "w.bin": only the ONNX file itself was given, want both`},
		"missing":       {at("w.bin", 0, 8), open(nil), `the file "w.bin": file does not exist`},
		"broken":        {at("w.bin", 0, 8), func(string) (*io.SectionReader, error) { return nil, failing }, "on fire"},
		"cut short":     {at("w", 1, 8), whole, `8 bytes of "w" from byte 1 on, but the file has 8 bytes`},
		"far away":      {at("w", math.MaxInt64, 8), whole, "the file has 8 bytes"},
		"other length":  {at("w", 0, 12), whole, `12 bytes of "w", but dims [1 2 1 1] want 8 (FLOAT)`},
		"no bytes":      {at("w", 0, 0), whole, "want 8"},
		"minus":         {entries(onnxpb.StringEntry{Key: "location", Value: "w"}, onnxpb.StringEntry{Key: "offset", Value: "-1"}), whole, `offset is "-1"`},
		"hex":           {entries(onnxpb.StringEntry{Key: "location", Value: "w"}, onnxpb.StringEntry{Key: "length", Value: "0x8"}), whole, `length is "0x8"`},
		"too long":      {entries(onnxpb.StringEntry{Key: "location", Value: "w"}, onnxpb.StringEntry{Key: "length", Value: "99999999999999999999"}), whole, "want a number of bytes"},
		"two locations": {entries(onnxpb.StringEntry{Key: "location", Value: "w"}, onnxpb.StringEntry{Key: "location", Value: "v"}), whole, "location twice"},
		"no location":   {entries(onnxpb.StringEntry{Key: "offset", Value: "0"}), whole, "no location"},
		"type":          {strange, whole, "data_type is 20"},
		"huge": {external("w", onnxpb.Float, []int64{1 << 20, 1 << 20}, "w", 0, -1), whole,
			"ask for more than"},
		"up":           {at("../w", 0, 8), whole, leaves},
		"up and back":  {at("a/../w", 0, 8), whole, leaves},
		"far up":       {at("a/../../w", 0, 8), whole, leaves},
		"absolute":     {at("/etc/passwd", 0, 8), whole, leaves},
		"drive":        {at("C:/w", 0, 8), whole, leaves},
		"drive only":   {at("c:w", 0, 8), whole, leaves},
		"backslash":    {at(`a\..\..\w`, 0, 8), whole, leaves},
		"share":        {at(`\\server\w`, 0, 8), whole, leaves},
		"slashes":      {at("//server/w", 0, 8), whole, leaves},
		"zero byte":    {at("w\x00.png", 0, 8), whole, leaves},
		"folder":       {at(".", 0, 8), whole, leaves},
		"folder again": {at("./", 0, 8), whole, leaves},
	} {
		f := file{opset: 13, inits: []*onnxpb.Tensor{c.weight}, nodes: []*onnxpb.Node{op("Conv", list("x", "w"), "y")}}
		opened := false
		o := Options{}
		if c.open != nil {
			o.External = func(path string) (*io.SectionReader, error) {
				opened = true
				return c.open(path)
			}
		}
		_, err := o.Read(f.bytes())
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "w") {
			t.Errorf("%s: %v, want an error with %q", name, err, c.says)
		}
		var typed *Error
		if !errors.As(err, &typed) {
			t.Errorf("%s: %T, want an *Error", name, err)
		}
		if c.says == leaves {
			if opened {
				t.Errorf("%s: a file was opened", name)
			}
			if _, err := ExternalFiles(f.bytes()); !errors.As(err, &typed) {
				t.Errorf("%s: ExternalFiles: %v, want an *Error", name, err)
			}
		}
		if name == "missing" && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v: is not what opening the file returned", err)
		}
	}
}

// A large file does not let a small one read it again and again, or make more of it than there is.
func TestExternalMemory(t *testing.T) {
	const size = 8 << 20
	f := file{opset: 13, input: imageInfo(2), output: "y0"}
	sum := op("Sum", nil, "y")
	for i := range 20 {
		w, y := "w"+strconv.Itoa(i), "y"+strconv.Itoa(i)
		f.inits = append(f.inits, external(w, onnxpb.Float, []int64{2, size / 8}, "w", 0, size))
		f.nodes = append(f.nodes, op("Gemm", list("x", w), y))
		sum.Inputs = append(sum.Inputs, y)
	}
	f.nodes = append(f.nodes, sum)
	o := Options{External: open(map[string][]byte{"w": make([]byte, size)})}
	if _, err := o.Read(f.bytes()); err != nil {
		t.Errorf("the output depends on one tensor: %v", err)
	}
	f.output = "y"
	if _, err := o.Read(f.bytes()); err == nil || !strings.Contains(err.Error(), "too large for its size") {
		t.Errorf("20 tensors in the place of one: %v", err)
	}
}

// Each of several outputs is read with all that the other file allows.
func TestExternalOfSeveralOutputs(t *testing.T) {
	const size = 24 << 20
	f := file{opset: 13, input: imageInfo(2), inits: []*onnxpb.Tensor{external("w", onnxpb.Float, []int64{2, size / 8}, "w", 0, size),
		ints("s", 0, 8, size/64)}, nodes: []*onnxpb.Node{op("Gemm", list("x", "w"), "y"), op("Reshape", list("y", "s"), "map")}}
	f.change = func(m *onnxpb.Model) { m.Graph.Outputs = []*onnxpb.ValueInfo{{Name: "map"}, {Name: "y"}} }
	n, err := Options{External: open(map[string][]byte{"w": make([]byte, size)})}.Read(f.bytes())
	if err != nil || n.Classes() != size/8 {
		t.Errorf("%v", err)
	}
}

// FuzzExternal reads files with options: data in other files, and a size and an order of the axes.
func FuzzExternal(f *testing.F) {
	for _, t := range []*onnxpb.Tensor{
		external("w", onnxpb.Float, []int64{1, 2, 1, 1}, "w", 0, 8), external("w", onnxpb.Float16, []int64{3, 2, 1, 1}, "./a/w", 7, -1),
		external("w", onnxpb.Double, []int64{1, 2, 1, 1}, "../w", 0, 16), external("w", onnxpb.Float, []int64{1, 2, 1, 1}, `C:\w`, 0, 8),
	} {
		g := file{opset: 13, inits: []*onnxpb.Tensor{t}, nodes: []*onnxpb.Node{op("Conv", list("x", "w"), "y")}}
		f.Add(g.bytes(), floatBytes(1, 2, 3, 4))
	}
	paths, err := filepath.Glob(filepath.Join("testdata", "inputs", "*.onnx"))
	if err != nil || len(paths) == 0 {
		f.Fatal("no files in testdata/inputs: ", err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, []byte{})
	}
	f.Fuzz(func(t *testing.T, b, data []byte) {
		o := Options{Size: [2]int{9, 8}, Layout: HWC[:len(data)%2*3], External: func(path string) (*io.SectionReader, error) {
			if !fs.ValidPath(path) || strings.ContainsAny(path, `\`+"\x00") || len(path) > 1 && path[1] == ':' {
				t.Errorf("the path %q leaves the folder", path)
			}
			return io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data))), nil
		}}
		n, err := o.Read(b)
		if err == nil {
			checkRead(t, must(Write(n)))
		}
		var typed *Error
		if err != nil && !errors.As(err, &typed) {
			t.Errorf("%v: want an *Error", err)
		}
		ExternalFiles(b)
	})
}
