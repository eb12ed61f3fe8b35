package report

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// WriteNPZ writes the accuracies of all cells as a NumPy archive of arrays:
//
//	networks, corruptions, severities, attacks  texts: what the places of the arrays below are
//	accuracy, accuracy_lower, accuracy_upper    float64, networks × corruptions × severities, with the bounds of 95 % intervals
//	ece                                         float64, the same: expected calibration errors
//	images                                      int64, the same: numbers of images
//	clean                                       float64, networks: accuracies on clean images
//	attacked                                    float64, networks × attacks
//	median_distance                             float64, the same: of attacks that look for the closest adversarial images
//
// What was not measured is NaN, and 0 images; so is a median distance if most images have none.
func (r *Report) WriteNPZ(w io.Writer) error {
	a := r.accuracies()
	n, c, s := len(a.networks), len(a.corruptions), len(a.severities)
	archive := zip.NewWriter(w)
	var err error
	add := func(name, element string, data []byte, shape ...int) {
		if err == nil {
			err = writeNPY(archive, name, element, data, shape)
		}
	}
	for _, names := range []struct {
		name string
		list []string
	}{{"networks", a.networks}, {"corruptions", a.corruptions}, {"severities", a.severities}, {"attacks", a.attacks}} {
		element, data := npyTexts(names.list)
		add(names.name, element, data, len(names.list))
	}
	var all, attacked []*Cell
	for i := range a.networks {
		for _, row := range a.cells[i] {
			all = append(all, row...)
		}
		attacked = append(attacked, a.attacked[i]...)
	}
	accuracy := func(c *Cell) float64 { return c.Accuracy }
	add("accuracy", "<f8", npyFloats(all, accuracy), n, c, s)
	add("accuracy_lower", "<f8", npyFloats(all, func(c *Cell) float64 { return c.Lower }), n, c, s)
	add("accuracy_upper", "<f8", npyFloats(all, func(c *Cell) float64 { return c.Upper }), n, c, s)
	add("ece", "<f8", npyFloats(all, func(c *Cell) float64 { return orNaN(c.ECE) }), n, c, s)
	var images []byte
	for _, c := range all {
		count := 0
		if c != nil {
			count = c.Images
		}
		images = binary.LittleEndian.AppendUint64(images, uint64(count))
	}
	add("images", "<i8", images, n, c, s)
	add("clean", "<f8", npyFloats(a.clean, accuracy), n)
	add("attacked", "<f8", npyFloats(attacked, accuracy), n, len(a.attacks))
	add("median_distance", "<f8", npyFloats(attacked, func(c *Cell) float64 { return orNaN(c.MedianDistance) }), n, len(a.attacks))
	if err != nil {
		return err
	}
	return archive.Close()
}

// writeNPY adds an array to an archive, not compressed, so that it can be mapped.
func writeNPY(archive *zip.Writer, name, element string, data []byte, shape []int) error {
	w, err := archive.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: zip.Store})
	if err != nil {
		return err
	}
	var tuple strings.Builder
	for _, n := range shape {
		fmt.Fprintf(&tuple, "%d,", n)
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", element, tuple.String())
	// Of the version 1.0: elements begin at a multiple of 64 bytes.
	const before = len("\x93NUMPY\x01\x00") + 2
	text += strings.Repeat(" ", 63-(before+len(text))%64) + "\n"
	head := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(text)))
	_, err = w.Write(append(append(head, text...), data...))
	return err
}

func npyFloats(cells []*Cell, value func(*Cell) float64) (data []byte) {
	for _, c := range cells {
		v := math.NaN()
		if c != nil {
			v = value(c)
		}
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(v))
	}
	return data
}

// npyTexts returns texts as NumPy keeps them: UTF-32, all of the length of the longest.
func npyTexts(list []string) (element string, data []byte) {
	longest := 1
	for _, text := range list {
		longest = max(longest, utf8.RuneCountInString(text))
	}
	for _, text := range list {
		n := 0
		for _, r := range text {
			data = binary.LittleEndian.AppendUint32(data, uint32(r))
			n++
		}
		data = append(data, make([]byte, 4*(longest-n))...)
	}
	return fmt.Sprintf("<U%d", longest), data
}
