package webgpu

import (
	"fmt"
	"strings"

	"steady/core/compute"
)

// Copy is described in package compute: a product with ones.
func (b *Backend) Copy(c compute.Copy, y, x compute.Buffer, accumulate bool) compute.Kernel {
	ones := compute.View{Strides: make([]int, len(c.Dims))}
	return b.Product(compute.Product{Dims: c.Dims, Y: c.Y, A: c.X, B: ones}, y, x, nil, accumulate)
}

// Product is described in package compute.
func (b *Backend) Product(s compute.Product, y, a, c compute.Buffer, accumulate bool) compute.Kernel {
	outer, inner := walks(s)
	outer.params("outer", []int{s.Y.Offset, s.A.Offset, s.B.Offset})
	inner.params("inner", []int{0, 0, 0})
	params := append(outer.named, inner.named...)
	params = append(params, named{"y_image", s.Y.Image}, named{"a_image", s.A.Image}, named{"b_image", s.B.Image})
	n := outer.size
	groups := perImage(n)
	if s.Y.Image == 0 {
		groups = fixed((n + 255) / 256)
	}
	return b.kernel(spec{
		source: "product", code: outer.code + inner.code, params: params, groups: groups,
		args: []arg{
			{name: "y", buffer: y, role: into(accumulate)}, {name: "a", buffer: a}, {name: "b", buffer: c, absent: "1"},
		},
	})
}

// walk goes through the places of some dimensions of a block in its views.
type walk struct {
	dims    []int
	strides [][3]int // of y, a and b
	size    int
	named   []named
	code    string
}

// walks cuts the dimensions of a block into those along which y has elements of its own and those along which it has
// one. Dimensions of 1 are dropped, and neighbors that lie in a row in every view are joined.
func walks(s compute.Product) (outer, inner *walk) {
	outer, inner = &walk{size: 1}, &walk{size: 1}
	for i, d := range s.Dims {
		if d == 1 {
			continue
		}
		w, at := outer, [3]int{s.Y.Strides[i], s.A.Strides[i], s.B.Strides[i]}
		if at[0] == 0 {
			w = inner
		}
		w.size *= d
		if last := len(w.dims) - 1; last >= 0 && joined(w.strides[last], at, d) {
			w.dims[last] *= d
			w.strides[last] = at
			continue
		}
		w.dims, w.strides = append(w.dims, d), append(w.strides, at)
	}
	return outer, inner
}

// joined reports whether a step of the outer dimension is d steps of the inner one in every view.
func joined(outer, inner [3]int, d int) bool {
	for v := range outer {
		if outer[v] != inner[v]*d {
			return false
		}
	}
	return true
}

// params writes the function name(i), which returns the places of element i, and its parameters. Strides may be
// negative: whole numbers of 32 bits wrap to the right place.
func (w *walk) params(name string, offsets []int) {
	f := new(strings.Builder)
	add := func(key string, value int) string {
		w.named = append(w.named, named{name + key, int32(value)})
		return "u32(p." + name + key + ")"
	}
	w.named = append(w.named, named{name, w.size})
	fmt.Fprintf(f, "fn %s(i: u32) -> vec3u {\n  var rest = i;\n  var at = vec3u(%s, %s, %s);\n", name,
		add("_y", offsets[0]), add("_a", offsets[1]), add("_b", offsets[2]))
	for i := len(w.dims) - 1; i >= 0; i-- {
		key := fmt.Sprintf("_%d", i)
		fmt.Fprintf(f, "  at += rest %% %s * vec3u(%s, %s, %s);\n  rest /= %s;\n", add(key, w.dims[i]),
			add(key+"_y", w.strides[i][0]), add(key+"_a", w.strides[i][1]), add(key+"_b", w.strides[i][2]),
			"u32(p."+name+key+")")
	}
	f.WriteString("  return at;\n}\n")
	w.code = f.String()
}
