package webgpu

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"steady/core/attack"
	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/models"
)

// randomImages returns n random inputs in [0,1].
func randomImages(n int, shape nn.Shape) []float32 {
	r := rand.New(rand.NewPCG(5, 6))
	x := make([]float32, n*shape.Size())
	for i := range x {
		x[i] = r.Float32()
	}
	return x
}

func model(t *testing.T, name string) *nn.Network {
	t.Helper()
	b, err := models.FS.ReadFile(name + ".onnx")
	if err != nil {
		t.Fatal(err)
	}
	n, err := onnx.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestModels compares whole networks with the CPU: logits, top class, input gradient.
func TestModels(t *testing.T) {
	gpu := backend(t)
	names := []string{"fashion-standard", "cifar10-standard"}
	if !testing.Short() { // half a minute on a software adapter
		names = append(names, "efficientnet-lite0")
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) { sameNetwork(t, gpu, model(t, name)) })
	}
}

func sameNetwork(t *testing.T, gpu *Backend, n *nn.Network) {
	const images = 2
	x := randomImages(images, n.Image)
	var logits, grads [2][]float32
	for i, b := range []compute.Backend{cpu.New(1), gpu} {
		e, err := engine.New(b, n, engine.Config{Batch: images})
		if err != nil {
			t.Fatal(err)
		}
		logits[i], grads[i] = make([]float32, images*e.Classes()), make([]float32, len(x))
		f := loss.CrossEntropy([]int{1, 2}, e.Classes())
		if err := e.Gradient(grads[i], logits[i], x, f); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range logits[0] {
		if d := math.Abs(float64(logits[1][i] - want)); !(d <= 1e-4) {
			t.Errorf("logit %d is %g, on the CPU %g", i, logits[1][i], want)
		}
	}
	for i := range images {
		classes := len(logits[0]) / images
		if a, b := loss.ArgMax(logits[0][i*classes:][:classes]), loss.ArgMax(logits[1][i*classes:][:classes]); a != b {
			t.Errorf("image %d is of class %d, on the CPU %d", i, b, a)
		}
	}
	// A unit within rounding of where its activation bends passes the gradient on or does not, which a patch of the image
	// shows. Not every image may have one.
	alike, size := 0, n.Image.Size()
	for i := range images {
		got, want := grads[1][i*size:][:size], grads[0][i*size:][:size]
		place, off := differ(got, want)
		if off <= 1e-4 {
			alike++
			continue
		}
		largest, patch := 0.0, 0
		for _, v := range want {
			largest = max(largest, math.Abs(float64(v)))
		}
		for j, v := range want {
			if math.Abs(float64(got[j]-v)) > 1e-4*largest {
				patch++
			}
		}
		if off > 1e-2 || patch > size/20 {
			t.Errorf("gradient %d of image %d is %g, on the CPU %g; %d of %d differ", place, i, got[place], want[place], patch, size)
		}
	}
	if alike == 0 {
		t.Error("no image has the gradient that it has on the CPU")
	}
}

// small is a network with a layer of most kinds.
func small() *nn.Network {
	r := rand.New(rand.NewPCG(7, 8))
	param := func(name string, shape ...int) *nn.Param {
		p := &nn.Param{Name: name, Shape: shape, Data: make([]float32, nn.Shape(shape).Size())}
		for i := range p.Data {
			p.Data[i] = float32(r.NormFloat64() / 3)
		}
		return p
	}
	positive := func(name string, shape ...int) *nn.Param {
		p := param(name, shape...)
		for i, v := range p.Data {
			p.Data[i] = 1 + v*v
		}
		return p
	}
	norm := func(name string, c int) *nn.BatchNorm {
		return &nn.BatchNorm{
			Scale: positive(name+".scale", c), Shift: param(name+".shift", c),
			Mean: param(name+".mean", c), Variance: positive(name+".variance", c), Epsilon: 1e-5, Momentum: .9,
		}
	}
	one := [2]int{1, 1}
	n := &nn.Network{Name: "small", Image: nn.Shape{3, 8, 8}}
	for i, l := range []struct {
		op nn.Op
		in []nn.Value
	}{
		{&nn.Conv{Weight: param("a", 6, 3, 3, 3), Stride: one, Dilation: one, Pads: [4]int{1, 1, 1, 1}, Groups: 1}, []nn.Value{0}},
		{norm("n", 6), []nn.Value{1}},
		{&nn.Relu{}, []nn.Value{2}},
		{&nn.Conv{Weight: param("b", 6, 6, 3, 3), Bias: param("b.bias", 6), Stride: one, Dilation: one, Pads: [4]int{1, 1, 1, 1}, Groups: 1}, []nn.Value{3}},
		{&nn.Add{}, []nn.Value{4, 3}},
		{&nn.MaxPool{Pool: nn.Pool{Kernel: [2]int{2, 2}, Stride: [2]int{2, 2}}}, []nn.Value{5}},
		{&nn.Concat{Axis: 0}, []nn.Value{6, 6}},
		{&nn.GlobalAveragePool{}, []nn.Value{7}},
		{&nn.Reshape{Shape: nn.Shape{12}}, []nn.Value{8}},
		{&nn.Linear{Weight: param("c", 5, 12), Bias: param("c.bias", 5)}, []nn.Value{9}},
	} {
		n.Layers = append(n.Layers, nn.Layer{Name: string(rune('a' + i)), Op: l.op, In: l.in})
	}
	n.Output = nn.Value(len(n.Layers))
	return n
}

// TestTrainStep compares the gradients of parameters, and the statistics that a step moves.
func TestTrainStep(t *testing.T) {
	gpu := backend(t)
	n := small()
	x := randomImages(5, n.Image)
	var params [2][]engine.Param
	for i, b := range []compute.Backend{cpu.New(1), gpu} {
		e, err := engine.New(b, n, engine.Config{Batch: 6, Train: true})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := e.TrainStep(x, loss.CrossEntropy([]int{0, 1, 2, 3, 4}, 5)); err != nil {
				t.Fatal(err)
			}
		}
		params[i] = e.Params()
	}
	for i, want := range params[0] {
		got := params[1][i]
		if place, off := differ(got.Value, want.Value); off > 1e-5 {
			t.Errorf("%s[%d] is %g, on the CPU %g", want.Name, place, got.Value[place], want.Value[place])
		}
		if place, off := differ(got.Grad, want.Grad); off > 1e-5 {
			t.Errorf("gradient of %s[%d] is %g, on the CPU %g", want.Name, place, got.Grad[place], want.Grad[place])
		}
	}
}

// lossy is a Device that is lost at a submission, or when something is read; 0 is never.
type lossy struct {
	Device
	left, reads int
}

// losing is a backend whose device is lost at a submission; 0 is never.
func losing(t *testing.T, at int) (*Backend, *lossy) {
	t.Helper()
	d, err := Open(testOptions())
	if err != nil {
		t.Fatal(err)
	}
	l := &lossy{Device: d, left: at}
	b, err := New(l)
	if err != nil {
		t.Fatal(err)
	}
	return b, l
}

func (l *lossy) Submit(list []Dispatch) {
	if l.left--; l.left == 0 {
		l.Close()
	}
	l.Device.Submit(list)
}

func (l *lossy) Read(spans []Span) error {
	if l.reads--; l.reads == 0 {
		l.Close()
	}
	return l.Device.Read(spans)
}

// starved is a Device that runs out of memory.
type starved struct {
	Device
	left int
}

func (s *starved) NewBuffer(bytes int, use Usage) (Handle, error) {
	if s.left--; s.left < 0 {
		return 0, errors.New("out of memory")
	}
	return s.Device.NewBuffer(bytes, use)
}

// narrow is a Device whose buffers have a limit.
type narrow struct {
	Device
	bytes int
}

func (n *narrow) NewBuffer(bytes int, use Usage) (Handle, error) {
	if bytes > n.bytes {
		return 0, tooLarge(bytes, n.bytes)
	}
	return n.Device.NewBuffer(bytes, use)
}

// TestTooLarge wants fewer images at a time, then the CPU, where buffers are beyond the device's limit: evaluating,
// attacking and training.
func TestTooLarge(t *testing.T) {
	device := backend(t).Device()
	n := withoutConvolutions() // 384 bytes for an image, and as many for the largest value
	const images = 6
	labels := []int{0, 1, 2, 3, 4, 5}
	x := randomImages(images, n.Image)
	run := func(b compute.Backend, fallback func(error) compute.Backend) (all []float32, where []compute.Backend) {
		e, err := engine.New(b, n, engine.Config{Batch: images, Fallback: fallback})
		if err != nil {
			t.Fatal(err)
		}
		logits, grad := make([]float32, images*6), make([]float32, len(x))
		if err := e.Logits(logits, x); err != nil {
			t.Fatal(err)
		}
		if err := e.Gradient(grad, nil, x, loss.CrossEntropy(labels, 6)); err != nil {
			t.Fatal(err)
		}
		a, err := attack.Lookup("fgsm")
		if err != nil {
			t.Fatal(err)
		}
		attacked, err := a.Run(context.Background(), e, x, labels, a.Default(attack.Linf), nil)
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := engine.New(b, n, engine.Config{Batch: images, Train: true, Fallback: fallback})
		if err != nil {
			t.Fatal(err)
		}
		if err := trainer.TrainStep(x, loss.CrossEntropy(labels, 6)); err != nil {
			t.Fatal(err)
		}
		all = append(append(logits, grad...), attacked.Adv...)
		for _, p := range trainer.Params() {
			all = append(append(all, p.Value...), p.Grad...)
		}
		return all, []compute.Backend{e.Backend(), trainer.Backend()}
	}
	want, _ := run(cpu.New(1), nil)
	for _, c := range []struct {
		bytes            int
		evaluates, train bool // on the device
	}{{images * 384, true, true}, {images*384 - 1, true, false}, {384, true, false}, {383, false, false}} {
		gpu, err := New(&narrow{device, c.bytes})
		if err != nil {
			t.Fatal(err)
		}
		got, where := run(gpu, func(err error) compute.Backend {
			if !errors.Is(err, compute.ErrTooLarge) {
				t.Errorf("buffers of %d bytes: %v, want ErrTooLarge", c.bytes, err)
			}
			return cpu.New(1)
		})
		if place, off := differ(got, want); off > 1e-5 {
			t.Errorf("buffers of %d bytes: result %d is %g, want %g", c.bytes, place, got[place], want[place])
		}
		for i, on := range []bool{c.evaluates, c.train} {
			if (where[i] == compute.Backend(gpu)) != on {
				t.Errorf("buffers of %d bytes: %s ran on %s", c.bytes, []string{"evaluation", "training"}[i], where[i].Name())
			}
		}
	}
}

// TestStarved runs out of memory at every buffer that a network needs, and wants the CPU to take over.
func TestStarved(t *testing.T) {
	device := backend(t).Device()
	n := withoutConvolutions()
	failures := 0
	for left := 1; ; left++ {
		gpu, err := New(&starved{device, left})
		if err != nil {
			t.Fatal(err)
		}
		e, err := engine.New(gpu, n, engine.Config{Batch: 2, Train: true, Fallback: func(error) compute.Backend { return cpu.New(1) }})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.TrainStep(randomImages(2, n.Image), loss.CrossEntropy([]int{0, 1}, 6)); err != nil {
			t.Fatal(err)
		}
		if e.Backend() == compute.Backend(gpu) {
			break
		}
		failures++
	}
	if failures < 10 {
		t.Errorf("memory was out at %d places only", failures)
	}
}

// withoutConvolutions is a network that a software adapter compiles soon.
func withoutConvolutions() *nn.Network {
	n := small()
	n.Layers = []nn.Layer{
		{Name: "norm", Op: n.Layers[1].Op, In: []nn.Value{0}},
		{Name: "pool", Op: &nn.GlobalAveragePool{}, In: []nn.Value{1}},
	}
	n.Image, n.Output = nn.Shape{6, 4, 4}, 2
	return n
}

// TestLost loses the device at each moment of a run and wants the CPU to go on to the same results.
func TestLost(t *testing.T) {
	backend(t)
	n := withoutConvolutions()
	x := randomImages(6, n.Image)
	run := func(b compute.Backend, fallback func(error) compute.Backend) (all []float32) {
		e, err := engine.New(b, n, engine.Config{Batch: 4, Fallback: fallback})
		if err != nil {
			t.Fatal(err)
		}
		logits, grad := make([]float32, 6*6), make([]float32, len(x))
		if err := e.Logits(logits, x); err != nil {
			t.Fatal(err)
		}
		all = append(all, logits...)
		calls := 0
		f := loss.CrossEntropy([]int{0, 1, 2, 3, 4, 5}, 6)
		if err := e.Gradient(grad, logits, x, func(first int, logits, dlogits []float32) {
			calls++
			f(first, logits, dlogits)
		}); err != nil {
			t.Fatal(err)
		}
		if calls != 2 {
			t.Errorf("the loss was asked %d times for 2 batches", calls)
		}
		all = append(append(all, logits...), grad...)
		trainer, err := engine.New(b, n, engine.Config{Batch: 6, Train: true, Fallback: fallback})
		if err != nil {
			t.Fatal(err)
		}
		if err := trainer.TrainStep(x, f); err != nil {
			t.Fatal(err)
		}
		for _, p := range trainer.Params() {
			all = append(append(all, p.Value...), p.Grad...)
		}
		return all
	}
	want := run(cpu.New(1), nil)
	for after := 1; after <= 9; after++ {
		gpu, _ := losing(t, after)
		var why error
		got := run(gpu, func(err error) compute.Backend {
			why = err
			return cpu.New(1)
		})
		if place, off := differ(got, want); off > 1e-5 {
			t.Errorf("lost at submission %d: result %d is %g, want %g", after, place, got[place], want[place])
		}
		if lost := new(LostError); after <= 8 && !errors.As(why, &lost) {
			t.Errorf("lost at submission %d: %v, want a LostError", after, why)
		}
	}
}
