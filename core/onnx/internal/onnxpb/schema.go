package onnxpb

import "strconv"

// The messages of onnx.proto, with the fields that package onnx reads or writes. Each comment is the field's number.

// Model is a ModelProto, the message of a whole file.
type Model struct {
	IRVersion       int64         // 1
	Producer        string        // 2
	ProducerVersion string        // 3
	Graph           *Graph        // 7
	Opsets          []Opset       // 8
	Metadata        []StringEntry // 14
	Functions       []*Function   // 25
}

// Function is a FunctionProto: an operator that the file itself defines by nodes.
type Function struct {
	Name       string       // 1
	Inputs     []string     // 4
	Outputs    []string     // 5
	Attributes []string     // 6, without default values
	Nodes      []*Node      // 7
	Opsets     []Opset      // 9
	Domain     string       // 10
	Defaults   []*Attribute // 11: attributes with default values
	Overload   string       // 13
}

// Opset is an OperatorSetIdProto.
type Opset struct {
	Domain  string // 1
	Version int64  // 2
}

// StringEntry is a StringStringEntryProto.
type StringEntry struct {
	Key   string // 1
	Value string // 2
}

// Graph is a GraphProto.
type Graph struct {
	Nodes        []*Node      // 1
	Name         string       // 2
	Initializers []*Tensor    // 5
	Inputs       []*ValueInfo // 11
	Outputs      []*ValueInfo // 12
	Values       []*ValueInfo // 13: what the file says of values between nodes
	Sparse       bool         // 15 is present
}

// Node is a NodeProto.
type Node struct {
	Inputs     []string     // 1
	Outputs    []string     // 2
	Name       string       // 3
	Op         string       // 4
	Attributes []*Attribute // 5
	Domain     string       // 7
	Overload   string       // 8
}

// Attribute is an AttributeProto.
type Attribute struct {
	Name   string        // 1
	Float  float32       // 2
	Int    int64         // 3
	Bytes  []byte        // 4
	Tensor *Tensor       // 5; not nil if the type is AttributeTensor and there is no Ref
	Graph  *Graph        // 6; not nil if the type is AttributeGraph and there is no Ref
	Floats []float32     // 7
	Ints   []int64       // 8
	Texts  [][]byte      // 9
	Type   AttributeType // 20; where a file leaves it out, the type of the field that is present
	Ref    string        // 21: name of the function's attribute that has the value
}

// AttributeType says which field of an attribute holds its value.
type AttributeType int64

// The types of attributes that are read.
const (
	AttributeFloat  AttributeType = 1
	AttributeInt    AttributeType = 2
	AttributeString AttributeType = 3
	AttributeTensor AttributeType = 4
	AttributeGraph  AttributeType = 5
	AttributeFloats AttributeType = 6
	AttributeInts   AttributeType = 7
	AttributeTexts  AttributeType = 8
)

var attributeTypes = [...]string{"UNDEFINED", "FLOAT", "INT", "STRING", "TENSOR", "GRAPH", "FLOATS", "INTS", "STRINGS",
	"TENSORS", "GRAPHS", "SPARSE_TENSOR", "SPARSE_TENSORS", "TYPE_PROTO", "TYPE_PROTOS"}

// String returns the name in onnx.proto, or the number where it has none.
func (t AttributeType) String() string { return enumName(attributeTypes[:], int64(t)) }

// Tensor is a TensorProto.
type Tensor struct {
	Dims     []int64   // 1
	DataType DataType  // 2
	Segment  bool      // 3 is present
	Floats   []float32 // 4
	Int32s   []int64   // 5
	Int64s   []int64   // 7
	Name     string    // 8
	Raw      []byte    // 9
	HasRaw   bool      // 9 is present
	Doubles  []float64 // 10
	External bool      // 14 is EXTERNAL, or 13 is present and 9 is not: the data is where ExternalData says

	ExternalData []StringEntry // 13
}

// DataType is the type of a tensor's elements.
type DataType int64

// The types of elements that are read.
const (
	Float    DataType = 1
	Uint8    DataType = 2
	Int8     DataType = 3
	Int32    DataType = 6
	Int64    DataType = 7
	Bool     DataType = 9
	Float16  DataType = 10
	Double   DataType = 11
	Bfloat16 DataType = 16
)

var dataTypes = [...]string{"UNDEFINED", "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "STRING", "BOOL",
	"FLOAT16", "DOUBLE", "UINT32", "UINT64", "COMPLEX64", "COMPLEX128", "BFLOAT16"}

// String returns the name in onnx.proto, or the number where it has none.
func (t DataType) String() string { return enumName(dataTypes[:], int64(t)) }

// IsFloat reports whether elements of the type are read as float32.
func (t DataType) IsFloat() bool {
	return t == Float || t == Float16 || t == Double || t == Bfloat16
}

func enumName(names []string, i int64) string {
	if i < 0 || i >= int64(len(names)) {
		return strconv.FormatInt(i, 10)
	}
	return names[i]
}

// ValueInfo is a ValueInfoProto, flattened: its type (2) is a TypeProto with a Tensor (1) with elem_type (1) and shape
// (2), which has the dimensions (1).
type ValueInfo struct {
	Name     string   // 1
	IsTensor bool     // the type is that of a dense tensor
	ElemType DataType // 2.1.1
	HasShape bool     // 2.1.2 is present
	Dims     []Dim    // 2.1.2.1
}

// Dim is a Dimension of a TensorShapeProto.
type Dim struct {
	Value int64  // 1; 0 where it is absent
	Param string // 2
}
