package results

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Format is what a file of results begins with, and says that it has this form.
const Format = "steady results 1"

// maxImages bounds the images of a cell: ten times those of ImageNet's validation set.
const maxImages = 500_000

// file is the form of a table in a file.
type file struct {
	Format   string            `json:"format"`
	Title    string            `json:"title,omitempty"`
	Protocol map[string]string `json:"protocol,omitempty"`
	Made     []string          `json:"made,omitempty"`
	Images   []Images          `json:"images"`
	Cells    []Cell            `json:"cells"`
	Networks []network         `json:"networks"`
}

type network struct {
	Name    string    `json:"name"`
	File    string    `json:"file"`
	SHA256  string    `json:"sha256"`
	Input   string    `json:"input,omitempty"`
	Card    *Card     `json:"card"`
	Right   []*int    `json:"right"`
	Correct []*string `json:"correct"`
}

// Encode writes the table.
func (t *Table) Encode(w io.Writer) error {
	if err := t.Check(); err != nil {
		return err
	}
	f := file{Format: Format, Title: t.Title, Protocol: t.Protocol, Made: t.Made, Images: t.Images, Cells: t.Cells}
	for i, n := range t.Networks {
		to := network{n.Name, n.File, n.SHA256, n.Input, n.Card, make([]*int, len(n.Right)), make([]*string, len(n.Right))}
		for k, right := range n.Right {
			if right != nil {
				count, _ := t.Count(i, k)
				bits := base64.StdEncoding.EncodeToString(pack(right))
				to.Right[k], to.Correct[k] = &count, &bits
			}
		}
		f.Networks = append(f.Networks, to)
	}
	b, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// Decode reads a table. Entries that are not known are refused: they may be what a newer version needs to say.
func Decode(b []byte) (*Table, error) {
	var begin struct {
		Format      string          `json:"format"`
		Corruptions json.RawMessage `json:"corruptions"`
	}
	if len(b) == 0 {
		return nil, errors.New("results: the file is empty")
	}
	if err := json.Unmarshal(b, &begin); err != nil {
		return nil, decodeError(err)
	}
	if begin.Format == "" && begin.Corruptions != nil {
		return nil, fmt.Errorf("results: a file of overlaps, which are computed from results: want the results, of the format %q", Format)
	}
	if begin.Format != Format {
		return nil, fmt.Errorf("results: the format is %.40q: want %q", begin.Format, Format)
	}
	var f file
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, decodeError(err)
	}
	t := &Table{Title: f.Title, Protocol: f.Protocol, Made: f.Made, Images: f.Images, Cells: f.Cells}
	for i, n := range f.Networks {
		if len(n.Right) != len(f.Cells) || len(n.Correct) != len(f.Cells) {
			return nil, fmt.Errorf("results: networks[%d]: %d elements of right and %d of correct, want one for each of %d cells",
				i, len(n.Right), len(n.Correct), len(f.Cells))
		}
		to := Network{n.Name, n.File, n.SHA256, n.Input, n.Card, make([][]bool, len(f.Cells))}
		for k, cell := range f.Cells {
			if (n.Right[k] == nil) != (n.Correct[k] == nil) {
				return nil, fmt.Errorf("results: networks[%d]: only one of right[%d] and correct[%[2]d] is null", i, k)
			}
			if n.Right[k] == nil {
				continue
			}
			right, count, err := unpack(*n.Correct[k], cell.N)
			if err != nil {
				return nil, fmt.Errorf("results: networks[%d].correct[%d]: %w", i, k, err)
			}
			if count != *n.Right[k] {
				return nil, fmt.Errorf("results: networks[%d]: right[%d] is %d, but %d bits of correct are set", i, k, *n.Right[k], count)
			}
			to.Right[k] = right
		}
		t.Networks = append(t.Networks, to)
	}
	return t, t.Check()
}

// pack returns one bit for each image.
func pack(right []bool) []byte {
	b := make([]byte, (len(right)+7)/8)
	for i, r := range right {
		if r {
			b[i/8] |= 1 << (i % 8)
		}
	}
	return b
}

// decodeError returns an error of the JSON without the names of Go's types.
func decodeError(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("results: not JSON: %w", err)
	case errors.As(err, &kind) && kind.Field == "":
		return fmt.Errorf("results: not an object, but JSON's %s", kind.Value)
	case errors.As(err, &kind):
		return fmt.Errorf("results: %s is JSON's %s: want another kind of value", kind.Field, kind.Value)
	}
	return fmt.Errorf("results: %w", err)
}

// unpack reads n bits, and counts those that are set.
func unpack(text string, n int) (right []bool, count int, err error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, 0, fmt.Errorf("not base64: %w", err)
	}
	if n < 1 || n > maxImages {
		return nil, 0, fmt.Errorf("its cell is of %d images: want 1 to %d", n, maxImages)
	}
	if len(b) != (n+7)/8 {
		return nil, 0, fmt.Errorf("%d bytes for %d images, want %d", len(b), n, (n+7)/8)
	}
	right = make([]bool, n)
	for i := range right {
		if right[i] = b[i/8]>>(i%8)&1 == 1; right[i] {
			count++
		}
	}
	if n%8 > 0 && b[len(b)-1]>>(n%8) != 0 {
		return nil, 0, fmt.Errorf("bits are set behind the last of %d images", n)
	}
	return right, count, nil
}
