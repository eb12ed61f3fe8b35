package onnx

import (
	"encoding/binary"
	"math"
	"reflect"
	"testing"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

func TestReadTensors(t *testing.T) {
	half := []byte{0x00, 0x3e, 0x00, 0xc1} // 1.5, -2.5
	want := []float32{1.5, -2.5}
	for name, tensor := range map[string]*onnxpb.Tensor{
		"float":        {DataType: onnxpb.Float, Floats: want},
		"raw float":    rawFloats("", nil, want...),
		"float16":      {DataType: onnxpb.Float16, Int32s: []int64{0x3e00, 0xc100}},
		"raw float16":  {DataType: onnxpb.Float16, Raw: half, HasRaw: true},
		"bfloat16":     {DataType: onnxpb.Bfloat16, Int32s: []int64{0x3fc0, 0xc020}},
		"raw bfloat16": {DataType: onnxpb.Bfloat16, Raw: []byte{0xc0, 0x3f, 0x20, 0xc0}, HasRaw: true},
		"double":       {DataType: onnxpb.Double, Doubles: []float64{1.5, -2.5}},
		"raw double": {DataType: onnxpb.Double, Raw: []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0},
			HasRaw: true},
		"listed as input": {DataType: onnxpb.Float, Floats: want},
	} {
		tensor.Name, tensor.Dims = "c", []int64{2, 1, 1}
		f := file{opset: 7, inits: []*onnxpb.Tensor{tensor}, nodes: []*onnxpb.Node{op("Add", list("x", "c"), "y")}}
		f.change = func(m *onnxpb.Model) {
			if name == "listed as input" {
				m.Graph.Inputs = append([]*onnxpb.ValueInfo{valueInfo("c", []int{1, 1})}, m.Graph.Inputs...)
			}
		}
		n, err := Read(f.bytes())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := n.Layers[0].Op.(*nn.Affine).Shift; !reflect.DeepEqual(got, param("c", []int{2}, want...)) {
			t.Errorf("%s: got %v, want %v", name, *got, want)
		}
	}
	for _, kind := range []onnxpb.DataType{onnxpb.Int32, onnxpb.Int64} {
		for _, raw := range []bool{false, true} {
			s := &onnxpb.Tensor{Name: "s", Dims: []int64{2}, DataType: kind, HasRaw: raw}
			switch {
			case raw && kind == onnxpb.Int32:
				s.Raw = []byte{0xff, 0xff, 0xff, 0xff, 32, 0, 0, 0}
			case raw:
				s.Raw = []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 32, 0, 0, 0, 0, 0, 0, 0}
			case kind == onnxpb.Int32:
				s.Int32s = []int64{-1, 32}
			default:
				s.Int64s = []int64{-1, 32}
			}
			n, err := Read(file{opset: 7, inits: []*onnxpb.Tensor{s}, nodes: []*onnxpb.Node{op("Reshape", list("x", "s"),
				"y")}}.bytes())
			if err != nil || n.Classes() != 32 {
				t.Errorf("integers of type %s, raw %v: %v", kind, raw, err)
			}
		}
	}
}

// Every float16 against its definition: (-1)^s · 2^(e-15) · 1.f, and 2^-14 · 0.f where e is 0.
func TestWidenHalf(t *testing.T) {
	for h := range 1 << 16 {
		e, f := h>>10&31, float64(h&1023)/1024
		want := math.Ldexp(1+f, e-15)
		switch {
		case e == 0:
			want = math.Ldexp(f, -14)
		case e == 31 && f == 0:
			want = math.Inf(1)
		case e == 31:
			want = math.NaN()
		}
		want = math.Copysign(want, 1-float64(h>>15)*2)
		got := float64(widenHalf(uint16(h), onnxpb.Float16))
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) || math.Signbit(got) != math.Signbit(want) {
			t.Fatalf("%#04x is %v, want %v", h, got, want)
		}
	}
}

// Raw data of 16 bits is read as each of its numbers is by itself.
func TestReadRaw(t *testing.T) {
	raw := make([]byte, 2<<16)
	for h := range 1 << 16 {
		binary.LittleEndian.PutUint16(raw[2*h:], uint16(h))
	}
	got := make([]float32, 1<<16)
	for _, dataType := range []onnxpb.DataType{onnxpb.Float16, onnxpb.Bfloat16} {
		readRaw(got, raw, dataType)
		for h, x := range got {
			if want := widenHalf(uint16(h), dataType); math.Float32bits(x) != math.Float32bits(want) {
				t.Fatalf("%v %#04x: %v, want %v", dataType, h, x, want)
			}
		}
	}
}
