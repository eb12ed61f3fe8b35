package onnx

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"steady/core/onnx/internal/onnxpb"
)

// ExternalFiles returns the paths of the files that hold data of the ONNX file b, sorted, each once: those that
// Options.External will be asked for, and those of tensors that the output does not depend on. They are relative to the
// folder of the ONNX file, with slashes. A path that leaves the folder is an *Error.
func ExternalFiles(b []byte) ([]string, error) {
	model, err := onnxpb.Decode(b)
	if err != nil {
		return nil, &Error{Field: "file", Err: err}
	}
	var list []string
	add := func(place string, t *onnxpb.Tensor) error {
		if t == nil || !t.External {
			return nil
		}
		place = fmt.Sprintf("%s %q", place, onnxpb.Abbreviate(t.Name))
		d, err := parseExternal(t)
		if err != nil {
			return &Error{Field: place, Err: err}
		}
		list = append(list, d.path)
		return nil
	}
	if model.Graph == nil {
		return nil, nil
	}
	var addNodes func(nodes []*onnxpb.Node) error
	addGraph := func(g *onnxpb.Graph) error {
		for _, t := range g.Initializers {
			if err := add("graph.initializer", t); err != nil {
				return err
			}
		}
		return addNodes(g.Nodes)
	}
	addNodes = func(nodes []*onnxpb.Node) error {
		for _, n := range nodes {
			for _, a := range n.Attributes {
				if err := add("attribute "+onnxpb.Abbreviate(a.Name), a.Tensor); err != nil {
					return err
				}
				if a.Graph == nil {
					continue
				}
				if err := addGraph(a.Graph); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := addGraph(model.Graph); err != nil {
		return nil, err
	}
	for _, f := range model.Functions {
		if err := addNodes(f.Nodes); err != nil {
			return nil, err
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// externalData says where a tensor's data is.
type externalData struct {
	path      string
	offset    int64
	length    int64
	hasLength bool
}

// parseExternal returns where a tensor's data is. Keys other than location, offset and length, such as checksums, say nothing
// about it.
func parseExternal(p *onnxpb.Tensor) (d externalData, err error) {
	location := ""
	seen := map[string]bool{}
	for _, e := range p.ExternalData {
		switch e.Key {
		case "location":
			location = e.Value
		case "offset":
			d.offset, err = parseBytes(e)
		case "length":
			d.length, err = parseBytes(e)
			d.hasLength = true
		default:
			continue
		}
		if err != nil {
			return d, err
		}
		if seen[e.Key] {
			return d, fmt.Errorf("external_data has %s twice, want it once", e.Key)
		}
		seen[e.Key] = true
	}
	if location == "" {
		return d, errors.New("its data is in another file, but external_data has no location")
	}
	if d.path, err = localPath(location); err != nil {
		return d, err
	}
	return d, nil
}

// parseBytes returns a number of bytes.
func parseBytes(e onnxpb.StringEntry) (int64, error) {
	n, err := strconv.ParseInt(e.Value, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("external_data: %s is %q, want a number of bytes", e.Key, onnxpb.Abbreviate(e.Value))
	}
	return n, nil
}

// localPath returns a location as a path that fs.ValidPath accepts. One that could leave the folder of the model, on any
// operating system, is an error.
func localPath(location string) (string, error) {
	clean := path.Clean(location)
	drive := len(location) > 1 && location[1] == ':'
	up := slices.Contains(strings.Split(location, "/"), "..")
	if drive || up || strings.ContainsAny(location, "\\\x00") || !fs.ValidPath(clean) || clean == "." {
		return "", fmt.Errorf("external_data: location is %q, want a path inside the folder of the model (slashes, no ..)",
			onnxpb.Abbreviate(location))
	}
	return clean, nil
}

// externalError says that a file with the data of tensors cannot be read.
type externalError struct {
	path string
	err  error
}

func (e *externalError) Error() string {
	return fmt.Sprintf("its data is in the file %q: %v", e.path, e.err)
}
func (e *externalError) Unwrap() error { return e.err }

// loadExternal returns a tensor whose data is in another file with that data.
func (r *reader) loadExternal(p *onnxpb.Tensor) (*onnxpb.Tensor, error) {
	d, err := parseExternal(p)
	if err != nil {
		return nil, err
	}
	name := onnxpb.Abbreviate(d.path)
	size, err := elementCount(p)
	if err != nil {
		return nil, err
	}
	width := elementBytes(p.DataType)
	if width == 0 {
		return nil, errDataType(p)
	}
	length := int64(size) * int64(width)
	if d.hasLength && d.length != length {
		return nil, fmt.Errorf("its data is %d bytes of %q, but dims %v want %d (%s)", d.length, name, p.Dims, length, p.DataType)
	}
	f, err := r.openExternal(d.path)
	if err != nil {
		return nil, &externalError{name, err}
	}
	if d.offset > f.Size() || length > f.Size()-d.offset {
		return nil, fmt.Errorf("its data is %d bytes of %q from byte %d on, but the file has %d bytes: it is cut short, or belongs to "+
			"another model", length, name, d.offset, f.Size())
	}
	if more := min(length, f.Size()-r.counted[d.path]); more > 0 {
		r.counted[d.path] += more
		r.budget += budgetPerByte * more
	}
	raw := make([]byte, length)
	if n, err := f.ReadAt(raw, d.offset); n < len(raw) {
		return nil, &externalError{name, err}
	}
	whole := *p
	whole.External, whole.ExternalData, whole.Raw, whole.HasRaw = false, nil, raw, true
	return &whole, nil
}

// openExternal returns the file at a path, which it opens once.
func (r *reader) openExternal(path string) (*io.SectionReader, error) {
	if r.options.External == nil {
		return nil, errors.New("only the ONNX file itself was given, want both (or save the model without external data)")
	}
	if f := r.external[path]; f != nil {
		return f, nil
	}
	f, err := r.options.External(path)
	if err != nil {
		return nil, err
	}
	r.external[path] = f
	return f, nil
}
