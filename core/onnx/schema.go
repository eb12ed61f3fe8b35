package onnx

// The messages of onnx.proto, with the fields that this package reads or writes. Each comment is the field's number.

type modelProto struct {
	irVersion int64         // 1
	producer  string        // 2
	graph     *graphProto   // 7
	opsets    []opsetProto  // 8
	metadata  []stringEntry // 14
}

type opsetProto struct {
	domain  string // 1
	version int64  // 2
}

type stringEntry struct {
	key   string // 1
	value string // 2
}

type graphProto struct {
	nodes        []*nodeProto      // 1
	name         string            // 2
	initialisers []*tensorProto    // 5
	inputs       []*valueInfoProto // 11
	outputs      []*valueInfoProto // 12
	sparse       bool              // 15 is there
}

type nodeProto struct {
	inputs     []string          // 1
	outputs    []string          // 2
	name       string            // 3
	op         string            // 4
	attributes []*attributeProto // 5
	domain     string            // 7
}

type attributeProto struct {
	name   string       // 1
	f      float32      // 2
	i      int64        // 3
	s      []byte       // 4
	t      *tensorProto // 5
	floats []float32    // 7
	ints   []int64      // 8
	kind   int64        // 20; where a file leaves it out, the kind of the field that is there
}

// Values of attributeProto.kind.
const (
	kindFloat  = 1
	kindInt    = 2
	kindString = 3
	kindTensor = 4
	kindFloats = 6
	kindInts   = 7
)

var kindNames = map[int64]string{
	0: "UNDEFINED", kindFloat: "FLOAT", kindInt: "INT", kindString: "STRING", kindTensor: "TENSOR", 5: "GRAPH",
	kindFloats: "FLOATS", kindInts: "INTS", 8: "STRINGS", 9: "TENSORS", 10: "GRAPHS", 11: "SPARSE_TENSOR",
	12: "SPARSE_TENSORS", 13: "TYPE_PROTO", 14: "TYPE_PROTOS",
}

type tensorProto struct {
	dims     []int64   // 1
	dataType int64     // 2
	segment  bool      // 3 is there
	floats   []float32 // 4
	int32s   []int64   // 5
	int64s   []int64   // 7
	name     string    // 8
	raw      []byte    // 9
	hasRaw   bool      // 9 is there
	doubles  []float64 // 10
	external bool      // 13 is there, or 14 is EXTERNAL
}

// Values of tensorProto.dataType and of valueInfoProto.elemType.
const (
	typeFloat    = 1
	typeUint8    = 2
	typeInt8     = 3
	typeInt32    = 6
	typeInt64    = 7
	typeBool     = 9
	typeFloat16  = 10
	typeDouble   = 11
	typeBfloat16 = 16
)

var typeNames = map[int64]string{
	0: "UNDEFINED", typeFloat: "FLOAT", typeUint8: "UINT8", typeInt8: "INT8", 4: "UINT16", 5: "INT16", typeInt32: "INT32",
	typeInt64: "INT64", 8: "STRING", typeBool: "BOOL", typeFloat16: "FLOAT16", typeDouble: "DOUBLE", 12: "UINT32",
	13: "UINT64", 14: "COMPLEX64", 15: "COMPLEX128", typeBfloat16: "BFLOAT16",
}

func isFloat(dataType int64) bool {
	return dataType == typeFloat || dataType == typeFloat16 || dataType == typeDouble || dataType == typeBfloat16
}

// valueInfoProto is flattened: its type (2) is a TypeProto with a Tensor (1) with elem_type (1) and shape (2), which
// has the dimensions (1).
type valueInfoProto struct {
	name     string     // 1
	tensor   bool       // the type is that of a dense tensor
	elemType int64      // 2.1.1
	hasShape bool       // 2.1.2 is there
	dims     []dimProto // 2.1.2.1
}

type dimProto struct {
	value int64  // 1; 0 where it is not there
	param string // 2
}
