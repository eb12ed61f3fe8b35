package onnxpb

import (
	"errors"
	"fmt"
	"strings"
)

// MaxDims bounds the dimensions of a tensor. Its excess over nn's limit is for leading ones.
const MaxDims = 16

// Decode returns the message of a file. It points into b where it can.
func Decode(b []byte) (*Model, error) {
	m := &Model{}
	if err := new(decoder).model(b, m); err != nil {
		return nil, err
	}
	return m, nil
}

// Abbreviate returns a name from a file, shortened for an error text.
func Abbreviate(s string) string {
	const limit = 120
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

func (d *decoder) model(b []byte, m *Model) error {
	return d.message(b, func(v field) error {
		switch v.number {
		case 1:
			return inField(d.int(v, &m.IRVersion), "ir_version")
		case 2:
			return inField(d.text(v, &m.Producer), "producer_name")
		case 3:
			return inField(d.text(v, &m.ProducerVersion), "producer_version")
		case 7:
			if m.Graph == nil {
				m.Graph = &Graph{}
			}
			return inField(d.graph(v, m.Graph), "graph")
		case 8:
			return inField(d.opset(v, &m.Opsets), "opset_import")
		case 14:
			return inField(d.entry(v, &m.Metadata), "metadata_props")
		case 25:
			f := &Function{}
			m.Functions = append(m.Functions, f)
			return inField(d.function(v, f), "function %d", len(m.Functions)-1)
		}
		return nil
	})
}

// entry appends a pair of a key and a value.
func (d *decoder) entry(v field, list *[]StringEntry) error {
	var e StringEntry
	err := d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			return inField(d.text(v, &e.Key), "key")
		case 2:
			return inField(d.text(v, &e.Value), "value")
		}
		return nil
	})
	*list = append(*list, e)
	return err
}

// opset appends an operator set.
func (d *decoder) opset(v field, list *[]Opset) error {
	var o Opset
	err := d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			return inField(d.text(v, &o.Domain), "domain")
		case 2:
			return inField(d.int(v, &o.Version), "version")
		}
		return nil
	})
	*list = append(*list, o)
	return err
}

func (d *decoder) function(v field, f *Function) error {
	return d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			return inField(d.text(v, &f.Name), "name")
		case 4:
			return inField(d.texts(v, &f.Inputs), "input")
		case 5:
			return inField(d.texts(v, &f.Outputs), "output")
		case 6:
			return inField(d.texts(v, &f.Attributes), "attribute")
		case 7:
			return d.addNode(v, &f.Nodes)
		case 9:
			return inField(d.opset(v, &f.Opsets), "opset_import")
		case 10:
			return inField(d.text(v, &f.Domain), "domain")
		case 11:
			return d.addAttribute(v, &f.Defaults)
		case 13:
			return inField(d.text(v, &f.Overload), "overload")
		}
		return nil
	})
}

// addNode appends a node.
func (d *decoder) addNode(v field, list *[]*Node) error {
	p := &Node{}
	*list = append(*list, p)
	err := d.node(v, p)
	return inField(err, "node %d %q (%s)", len(*list)-1, Abbreviate(p.Name), Abbreviate(p.Op))
}

// addAttribute appends an attribute.
func (d *decoder) addAttribute(v field, list *[]*Attribute) error {
	a := &Attribute{}
	*list = append(*list, a)
	err := d.attribute(v, a)
	return inField(err, "attribute %s", Abbreviate(a.Name))
}

func (d *decoder) graph(v field, g *Graph) error {
	if d.depth++; d.depth > maxDepth {
		return fmt.Errorf("there are more than %d graphs within each other", maxDepth)
	}
	defer func() { d.depth-- }()
	return d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			return d.addNode(v, &g.Nodes)
		case 2:
			return inField(d.text(v, &g.Name), "name")
		case 5:
			t := &Tensor{}
			g.Initializers = append(g.Initializers, t)
			return inField(d.tensor(v, t), "initializer %d %q", len(g.Initializers)-1, Abbreviate(t.Name))
		case 11:
			i := &ValueInfo{}
			g.Inputs = append(g.Inputs, i)
			return inField(d.valueInfo(v, i), "input %d", len(g.Inputs)-1)
		case 12:
			i := &ValueInfo{}
			g.Outputs = append(g.Outputs, i)
			return inField(d.valueInfo(v, i), "output %d", len(g.Outputs)-1)
		case 13:
			i := &ValueInfo{}
			g.Values = append(g.Values, i)
			return inField(d.valueInfo(v, i), "value_info %d", len(g.Values)-1)
		case 15:
			g.Sparse = true
		}
		return nil
	})
}

func (d *decoder) node(v field, p *Node) error {
	return d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			return inField(d.texts(v, &p.Inputs), "input")
		case 2:
			return inField(d.texts(v, &p.Outputs), "output")
		case 3:
			return inField(d.text(v, &p.Name), "name")
		case 4:
			return inField(d.text(v, &p.Op), "op_type")
		case 5:
			return d.addAttribute(v, &p.Attributes)
		case 7:
			return inField(d.text(v, &p.Domain), "domain")
		case 8:
			return inField(d.text(v, &p.Overload), "overload")
		}
		return nil
	})
}

func (d *decoder) attribute(v field, a *Attribute) error {
	var found AttributeType // of the last field with a value
	err := d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			return inField(d.text(v, &a.Name), "name")
		case 2:
			found = AttributeFloat
			return inField(d.float(v, &a.Float), "f")
		case 3:
			found = AttributeInt
			return inField(d.int(v, &a.Int), "i")
		case 4:
			found = AttributeString
			return inField(d.bytes(v, &a.Bytes), "s")
		case 5:
			found = AttributeTensor
			if a.Tensor == nil {
				a.Tensor = &Tensor{}
			}
			return inField(d.tensor(v, a.Tensor), "t")
		case 6:
			found = AttributeGraph
			if a.Graph == nil {
				a.Graph = &Graph{}
			}
			return inField(d.graph(v, a.Graph), "g")
		case 7:
			found = AttributeFloats
			return inField(d.floats(v, &a.Floats), "floats")
		case 8:
			found = AttributeInts
			return inField(d.ints(v, &a.Ints), "ints")
		case 9:
			found = AttributeTexts
			var b []byte
			err := d.bytes(v, &b)
			if err == nil {
				err = d.addItem()
			}
			a.Texts = append(a.Texts, b)
			return inField(err, "strings")
		case 20:
			return inField(d.int(v, (*int64)(&a.Type)), "type")
		case 21:
			return inField(d.text(v, &a.Ref), "ref_attr_name")
		}
		return nil
	})
	if a.Type == 0 {
		a.Type = found
	}
	switch {
	case err != nil || a.Ref != "":
	case a.Type == AttributeTensor && a.Tensor == nil:
		return errors.New("has type TENSOR and no tensor")
	case a.Type == AttributeGraph && a.Graph == nil:
		return errors.New("has type GRAPH and no graph")
	}
	return err
}

func (d *decoder) tensor(v field, t *Tensor) error {
	external := false
	err := d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			err := d.ints(v, &t.Dims)
			if err == nil && len(t.Dims) > MaxDims {
				err = fmt.Errorf("there are more than %d", MaxDims)
			}
			return inField(err, "dims")
		case 2:
			return inField(d.int(v, (*int64)(&t.DataType)), "data_type")
		case 3:
			t.Segment = true
		case 4:
			return inField(d.floats(v, &t.Floats), "float_data")
		case 5:
			return inField(d.ints(v, &t.Int32s), "int32_data")
		case 7:
			return inField(d.ints(v, &t.Int64s), "int64_data")
		case 8:
			return inField(d.text(v, &t.Name), "name")
		case 9:
			t.HasRaw = true
			return inField(d.bytes(v, &t.Raw), "raw_data")
		case 10:
			return inField(d.doubles(v, &t.Doubles), "double_data")
		case 13:
			return inField(d.entry(v, &t.ExternalData), "external_data")
		case 14:
			var location int64
			err := d.int(v, &location)
			external = location == 1
			return inField(err, "data_location")
		}
		return nil
	})
	t.External = external || len(t.ExternalData) > 0 && !t.HasRaw
	return err
}

func (d *decoder) valueInfo(v field, i *ValueInfo) error {
	dim := func(v field) error {
		var p Dim
		err := d.sub(v, func(v field) error {
			switch v.number {
			case 1:
				return inField(d.int(v, &p.Value), "dim_value")
			case 2:
				return inField(d.text(v, &p.Param), "dim_param")
			}
			return nil
		})
		if i.Dims = append(i.Dims, p); len(i.Dims) > MaxDims {
			return fmt.Errorf("there are more than %d dimensions", MaxDims)
		}
		return err
	}
	shape := func(v field) error {
		if v.number != 1 {
			return nil
		}
		return inField(dim(v), "dim")
	}
	tensor := func(v field) error {
		switch v.number {
		case 1:
			return inField(d.int(v, (*int64)(&i.ElemType)), "elem_type")
		case 2:
			i.HasShape = true
			return inField(d.sub(v, shape), "shape")
		}
		return nil
	}
	return d.sub(v, func(v field) error {
		switch v.number {
		case 1:
			return inField(d.text(v, &i.Name), "name")
		case 2:
			return inField(d.sub(v, func(v field) error {
				if v.number != 1 {
					return nil
				}
				i.IsTensor = true
				return inField(d.sub(v, tensor), "tensor_type")
			}), "type")
		}
		return nil
	})
}
