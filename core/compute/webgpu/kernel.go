package webgpu

import (
	"embed"
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"

	"steady/core/compute"
)

//go:embed wgsl
var shaders embed.FS

// kernel is a prepared operation: dispatches in order.
type kernel struct {
	steps []step
	keep  []arg // the buffers live as long as the kernel
}

type step struct {
	pipeline, binding Handle
	groups            func(images int) int // workgroups in x and y
	layers            func(images int) int // in z; nil means 1
	of                *buffer              // as in spec; nil means none
	version           int                  // of it, that the step has been run for
}

// spec describes one dispatch of a kernel. Its WGSL defines
//
//	fn work(group: u32, layer: u32, t: u32, images: u32)
//
// for thread t of a workgroup; what the rest of the spec says is written in front of it: constants (NAME), parameters
// (p.name), for each buffer the functions load_NAME(i) or store_NAME(i, v), and activate(v) and slope_at(v) of T.
// Constants make another pipeline, parameters do not.
type spec struct {
	source  string // names of files in wgsl, the parts first
	code    string // more WGSL, in front of them
	threads int    // of a workgroup; 0 means 256
	width   int    // T is f32 for 1 (or 0) and vec4f for 4
	act     compute.Activation
	consts  []named
	params  []named
	args    []arg
	groups  func(images int) int
	layers  func(images int) int
	of      compute.Buffer // the only buffer whose contents count, if there is one: until it is written again, one run is enough
}

// named is a constant (an int) or a parameter: int for u32, int32 for i32, float32 for f32.
type named struct {
	name  string
	value any
}

// arg is a buffer of a kernel. What is written comes before what is read: a buffer that is both is bound once, and its
// load function reads what the kernel writes.
type arg struct {
	name   string
	buffer compute.Buffer
	width  int // elements that are loaded or stored at once: 1 (or 0), 4
	role   role
	absent string // what load gives where buffer is nil
}

type role int

const (
	readOnly    role = iota
	writeOnly        // store overwrites
	accumulates      // store adds
	readWrite        // both load and store
)

// into is the role of an output that may be accumulated.
func into(accumulate bool) role {
	if accumulate {
		return accumulates
	}
	return writeOnly
}

const uniformBytes = 16

// defaultThreads are those of a workgroup of a spec that names no other number.
const defaultThreads = 256

// kernel prepares a kernel of the dispatches of specs. If it cannot, Err returns why.
func (b *Backend) kernel(specs ...spec) compute.Kernel {
	k := &kernel{}
	for i := range specs {
		if b.broken() != nil {
			return k
		}
		s, err := b.step(&specs[i], k)
		if err != nil {
			b.fail(fmt.Errorf("%w (kernel %s)", err, specs[i].source))
			return k
		}
		k.steps = append(k.steps, s)
	}
	return k
}

func (b *Backend) step(s *spec, k *kernel) (step, error) {
	wgsl, bound := s.wgsl()
	pipeline, ok := b.pipelines[wgsl]
	if !ok {
		var err error
		if pipeline, err = b.device.NewPipeline(wgsl); err != nil {
			return step{}, err
		}
		b.pipelines[wgsl] = pipeline
		b.counts.Pipelines++
	}
	params := b.memory((4*len(s.params)+uniformBytes-1)/uniformBytes*uniformBytes, Uniform|CopyTarget)
	if err := b.broken(); err != nil {
		return step{}, err
	}
	b.device.Write(params, 0, bytesOf(words(s.params)))
	handles := []Handle{params, b.images}
	for _, a := range bound {
		handles = append(handles, a.buffer.(*buffer).handle)
	}
	k.keep = append(k.keep, bound...)
	binding, err := b.device.NewBinding(pipeline, handles)
	if err != nil {
		return step{}, err
	}
	b.counts.Bindings++
	runtime.AddCleanup(k, b.pendingReleases.add, release{BindingKind, binding})
	runtime.AddCleanup(k, b.pendingReleases.add, release{BufferKind, params})
	made := step{pipeline: pipeline, binding: binding, groups: s.groups, layers: s.layers}
	if s.of != nil {
		made.of, made.version = s.of.(*buffer), -1
	}
	return made, nil
}

// words returns the values of parameters as a uniform buffer holds them.
func words(params []named) []uint32 {
	w := make([]uint32, (len(params)+3)/4*4)
	for i, p := range params {
		switch v := p.value.(type) {
		case int:
			w[i] = uint32(v)
		case int32:
			w[i] = uint32(v)
		case float32:
			w[i] = math.Float32bits(v)
		}
	}
	return w
}

// wgsl returns the whole shader and the buffers that it binds after the two uniforms.
func (s *spec) wgsl() (text string, bound []arg) {
	w := new(strings.Builder)
	threads := s.threads
	if threads == 0 {
		threads = defaultThreads
	}
	fmt.Fprintf(w, "const THREADS = %du;\nconst WIDTH = %du;\nalias T = %s;\n", threads, max(s.width, 1), element(s.width))
	for _, c := range s.consts {
		fmt.Fprintf(w, "const %s = %du;\n", c.name, c.value)
	}
	w.WriteString("struct Params {\n")
	for _, p := range s.params {
		kind := "u32"
		switch p.value.(type) {
		case float32:
			kind = "f32"
		case int32:
			kind = "i32"
		}
		fmt.Fprintf(w, "  %s: %s,\n", p.name, kind)
	}
	w.WriteString("}\n@group(0) @binding(0) var<uniform> p: Params;\n@group(0) @binding(1) var<uniform> run: vec4u;\n")
	for i := range s.args {
		a := &s.args[i]
		variable := "buffer_" + a.name
		fresh := a.buffer != nil
		for _, other := range bound {
			if fresh && other.buffer == a.buffer && (a.role != readOnly || other.role != readOnly) {
				variable, fresh = "buffer_"+other.name, false
			}
		}
		if fresh {
			access := "read"
			if a.role != readOnly {
				access = "read_write"
			}
			fmt.Fprintf(w, "@group(0) @binding(%d) var<storage, %s> %s: array<%s>;\n",
				2+len(bound), access, variable, element(a.width))
			bound = append(bound, *a)
		}
		a.functions(w, variable)
	}
	activation(w, s.act)
	w.WriteString(s.code)
	for _, name := range strings.Fields(s.source) {
		part, err := shaders.ReadFile("wgsl/" + name + ".wgsl")
		if err != nil {
			panic(err) // a mistake in the program
		}
		w.Write(part)
	}
	fmt.Fprint(w, `
@compute @workgroup_size(THREADS) fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u,
    @builtin(local_invocation_index) t: u32) {
  work(id.x + id.y * count.x, id.z, t, run.x);
}
`)
	return w.String(), bound
}

func element(width int) string {
	if width == 4 {
		return "vec4f"
	}
	return "f32"
}

// functions writes the functions that load or store an argument.
func (a *arg) functions(w *strings.Builder, variable string) {
	kind := element(a.width)
	if a.role == readOnly || a.role == readWrite {
		value := variable + "[i]"
		if a.buffer == nil {
			value = fmt.Sprintf("%s(%s)", kind, a.absent)
		}
		fmt.Fprintf(w, "fn load_%s(i: u32) -> %s { return %s; }\n", a.name, kind, value)
	}
	switch a.role {
	case writeOnly, readWrite:
		fmt.Fprintf(w, "fn store_%s(i: u32, v: %s) { %s[i] = v; }\n", a.name, kind, variable)
	case accumulates:
		fmt.Fprintf(w, "fn store_%s(i: u32, v: %s) { %s[i] += v; }\n", a.name, kind, variable)
	}
}

// activation writes the functions of an activation. They are written with comparisons, which leave NaN
// as it is.
func activation(w *strings.Builder, act compute.Activation) {
	if act == (compute.Activation{}) { // none was given
		act = compute.NoActivation
	}
	slope, low, high := literal(act.Slope), literal(act.Min), literal(act.Max)
	w.WriteString("fn activate(v: T) -> T {\n  var r = v;\n")
	if act.Slope != 1 {
		fmt.Fprintf(w, "  r = select(r, r * %s, r < T());\n", slope)
	}
	if !math.IsInf(float64(act.Max), 1) {
		fmt.Fprintf(w, "  r = select(r, T(%s), r > T(%s));\n", high, high)
	}
	if !math.IsInf(float64(act.Min), -1) {
		fmt.Fprintf(w, "  r = select(r, T(%s), r < T(%s));\n", low, low)
	}
	fmt.Fprintf(w, "  return r;\n}\nfn slope_at(r: T) -> T {\n  var s = select(T(%s), T(1), r > T());\n", slope)
	if !math.IsInf(float64(act.Max), 1) {
		fmt.Fprintf(w, "  s = select(T(), s, r < T(%s));\n", high)
	}
	if !math.IsInf(float64(act.Min), -1) {
		fmt.Fprintf(w, "  s = select(T(), s, r > T(%s));\n", low)
	}
	w.WriteString("  return s;\n}\n")
}

// literal returns a finite number in WGSL.
func literal(v float32) string { return strconv.FormatFloat(float64(v), 'g', -1, 32) + "f" }

// perImage returns the number of workgroups of 256 threads for n elements an image.
func perImage(n int) func(images int) int {
	return func(images int) int { return up(images*n, defaultThreads) / defaultThreads }
}

// maxGroups is the most workgroups of a dispatch in a dimension, by WebGPU's default limits.
const maxGroups = 65535

// fixed is a number of workgroups that does not depend on the images.
func fixed(groups int) func(int) int { return func(int) int { return groups } }

// width is 4 if all numbers are multiples of 4, so that vectors can be loaded, and otherwise 1.
func width(numbers ...int) int {
	for _, n := range numbers {
		if n%4 != 0 {
			return 1
		}
	}
	return 4
}
