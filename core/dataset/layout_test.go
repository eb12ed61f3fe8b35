package dataset

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"
	"testing/fstest"
)

// value is that of a pixel of the images of these tests, in units of 1/255.
func value(n, y, x, c int) int { return (n*101 + y*31 + x*7 + c*50) % 256 }

// arrayOf returns a NumPy file of 2 images of 3×4 pixels in color, in a layout and a type.
func arrayOf(order, descr string, fortran bool) []byte {
	sizes := map[byte]int{'N': 2, 'H': 3, 'W': 4, 'C': 3}
	axes, dims := []byte(order), ""
	for _, a := range axes {
		dims += fmt.Sprintf("%d, ", sizes[a])
	}
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }\n", descr,
		map[bool]string{true: "True", false: "False"}[fortran], dims)
	if fortran {
		slices.Reverse(axes)
	}
	var b []byte
	var write func(k int, at map[byte]int)
	write = func(k int, at map[byte]int) {
		if k == len(axes) {
			v := value(at['N'], at['H'], at['W'], at['C'])
			switch descr {
			case "|u1":
				b = append(b, uint8(v))
			case "<f4":
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)/255))
			case ">f8":
				b = binary.BigEndian.AppendUint64(b, math.Float64bits(float64(v)/255))
			}
			return
		}
		for i := range sizes[axes[k]] {
			at[axes[k]] = i
			write(k+1, at)
		}
	}
	write(0, map[byte]int{})
	return npyOf(header, b)
}

// All layouts and types of an array are the same images, from a file and packed.
func TestLayouts(t *testing.T) {
	labels := npyOf(npyHead("<i8", "(2, 1)"), []byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	for _, order := range []string{"NHWC", "NCHW"} {
		for _, descr := range []string{"|u1", "<f4", ">f8"} {
			for _, fortran := range []bool{false, true} {
				for _, pack := range []func([]byte) []byte{slices.Clone[[]byte], gzipped} {
					name := fmt.Sprint(order, " ", descr, " Fortran ", fortran)
					fsys := fstest.MapFS{"x.npy": file(pack(arrayOf(order, descr, fortran))), "y.npy": file(labels)}
					images, err := Open(fsys, "x.npy,y.npy", Test, Options{})
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					set, err := Load(fsys, "x.npy,y.npy", Test, Options{})
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					if images.C != 3 || images.H != 3 || images.W != 4 || !slices.Equal(images.Labels, []int{1, 0}) {
						t.Fatalf("%s: %d×%d×%d, labels %v", name, images.C, images.H, images.W, images.Labels)
					}
					for n := range 2 {
						m, err := images.Read(n, nil)
						if err != nil {
							t.Fatalf("%s: %v", name, err)
						}
						for i := range 3 * 12 {
							c, y, x := i/12, i%12/4, i%4
							want := value(n, y, x, c)
							if got := m.Plane(c)[4*y+x]; math.Abs(float64(got)*255-float64(want)) > 1e-4 || int(set.Image(n)[i]) != want {
								t.Fatalf("%s: image %d, channel %d, row %d, column %d is %v and %d, want %d of 255", name, n, c, y, x, got,
									set.Image(n)[i], want)
							}
						}
					}
				}
			}
		}
	}
}
