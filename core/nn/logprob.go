package nn

import (
	"fmt"
	"math"
	"slices"

	"steady/core/scalar"
)

// smallest is what the logarithm of a probability is taken of where it cannot be computed in another way.
const smallest = 1e-30

// longestSum is how many values are added one by one in the logarithm of a mean.
const longestSum = 64

// logBuilder derives a network that computes logarithms of values of another one, with neither overflow nor gradients
// that vanish where the values themselves are rounded to 0 or 1.
type logBuilder struct {
	*rebuild
	old    *Network
	shapes []Shape         // of the old values
	ranges []interval      // of the old values
	logs   map[Value]Value // old value -> new value, its logarithm
	layers map[string]bool // names in use
}

// keepAll keeps all old layers.
func (b *logBuilder) keepAll() {
	b.layers = map[string]bool{}
	for _, l := range b.old.Layers {
		b.moved = append(b.moved, b.keep(l))
		b.layers[l.Name] = true
	}
}

// isProbability reports whether an old value lies in [0,1], but for constants that keep it from the ends.
func (b *logBuilder) isProbability(v Value) bool {
	for !b.ranges[v].isProbability() {
		if v == Input {
			return false
		}
		switch l := b.old.Layers[v-1]; o := l.Op.(type) {
		case *Affine:
			if !o.guards() {
				return false
			}
			v = l.In[0]
		case *Reshape:
			v = l.In[0]
		default:
			return false
		}
	}
	return true
}

// layer adds a layer that reads new values.
func (b *logBuilder) layer(name string, op Op, in ...Value) Value {
	unique := "log." + name
	for i := 2; b.layers[unique]; i++ {
		unique = fmt.Sprintf("log.%s_%d", name, i)
	}
	b.layers[unique] = true
	return b.add(unique, op, in...)
}

func (b *logBuilder) apply(k scalar.Kind, v Value) Value {
	return b.layer(k.String(), &Map{scalar.Function{Kind: k}}, v)
}

// scale and shift return operations with a number.
func (b *logBuilder) scale(x float32) *Affine {
	return &Affine{Scale: b.param("log.scale", []int{1}, []float32{x})}
}

func (b *logBuilder) shift(x float64) *Affine {
	return &Affine{Shift: b.param("log.shift", []int{1}, []float32{float32(x)})}
}

// log returns the logarithm of an old value that is not negative.
func (b *logBuilder) log(v Value) Value {
	if made, ok := b.logs[v]; ok {
		return made
	}
	made, ok := Value(0), false
	if v != Input {
		made, ok = b.logOfLayer(b.old.Layers[v-1], v)
	}
	if !ok {
		made = b.apply(scalar.Log, b.layer("Clip", &Clip{smallest, float32(math.Inf(1))}, b.moved[v]))
	}
	b.logs[v] = made
	return made
}

// logOfLayer returns the logarithm of what a layer makes, if it can be computed without the value itself.
func (b *logBuilder) logOfLayer(l Layer, v Value) (Value, bool) {
	for _, in := range l.In {
		_, isMap := l.Op.(*Map)
		_, isSoftmax := l.Op.(*Softmax)
		_, isAffine := l.Op.(*Affine)
		if !isMap && !isSoftmax && !isAffine && b.ranges[in].low < 0 {
			return 0, false
		}
	}
	switch o := l.Op.(type) {
	case *Softmax:
		return b.logSoftmax(b.moved[l.In[0]], b.shapes[v], o.Axis), true
	case *Map:
		switch o.Kind {
		case scalar.Exp:
			if x, ok := b.old.loggedAt(l.In[0]); ok && b.ranges[x].low >= 0 && b.shapes[x].Equal(b.shapes[v]) {
				return b.log(x), true
			}
			return b.moved[l.In[0]], true
		case scalar.Sigmoid:
			return b.logSigmoid(b.layer("minus", b.scale(-1), b.moved[l.In[0]])), true
		}
	case *Clip:
		if o.isLoose() && b.ranges[l.In[0]].isProbability() {
			return b.log(l.In[0]), true
		}
	case *Affine:
		return b.logAffine(o, l.In[0])
	case *Mul:
		return b.layer("Add", &Add{}, b.log(l.In[0]), b.log(l.In[1])), true
	case *Add:
		return b.logSum(b.log(l.In[0]), b.log(l.In[1])), true
	case *Reshape, *Transpose, *Slice, *MaxPool:
		return b.layer(OpName(l.Op), l.Op, b.log(l.In[0])), true
	case *Concat:
		in := make([]Value, len(l.In))
		for i, x := range l.In {
			in[i] = b.log(x)
		}
		return b.layer("Concat", l.Op, in...), true
	case *Mean:
		if s := b.shapes[l.In[0]]; s[o.Axis] <= longestSum {
			return b.logMean(b.log(l.In[0]), s, o.Axis), true
		}
	}
	return 0, false
}

// logSigmoid returns log sigmoid(-x) = -softplus(x).
func (b *logBuilder) logSigmoid(x Value) Value {
	return b.layer("minus", b.scale(-1), b.apply(scalar.Softplus, x))
}

// logSum returns log(exp x + exp y) = x + softplus(y - x).
func (b *logBuilder) logSum(x, y Value) Value {
	difference := b.layer("Add", &Add{}, y, b.layer("minus", b.scale(-1), x))
	return b.layer("Add", &Add{}, x, b.apply(scalar.Softplus, difference))
}

// logAffine returns log(scale·x + shift) where it is a multiple of x, or 1 - sigmoid, or where the constants only keep a
// probability x from 0 and 1.
func (b *logBuilder) logAffine(o *Affine, v Value) (Value, bool) {
	if o.Shift == nil && o.Scale != nil && b.ranges[v].low >= 0 && slices.Min(o.Scale.Data) > 0 {
		p := b.param("log.scale", o.Scale.Shape, make([]float32, len(o.Scale.Data)))
		for i, x := range o.Scale.Data {
			p.Data[i] = float32(math.Log(float64(x)))
		}
		return b.layer("shift", &Affine{Shift: p}, b.log(v)), true
	}
	if o.guards() && b.isProbability(v) {
		return b.log(v), true
	}
	all := func(p *Param, x float32) bool {
		return p != nil && slices.Min(p.Data) == x && slices.Max(p.Data) == x
	}
	if all(o.Scale, -1) && all(o.Shift, 1) && b.ranges[v].isProbability() {
		return b.logOfRest(v), true
	}
	return 0, false
}

// logOfRest returns log(1 - p) of an old value p in [0,1].
func (b *logBuilder) logOfRest(v Value) Value {
	if v != Input {
		l := b.old.Layers[v-1]
		switch o := l.Op.(type) {
		case *Reshape:
			return b.layer("Reshape", o, b.logOfRest(l.In[0]))
		case *Clip:
			if o.isLoose() && b.ranges[l.In[0]].isProbability() {
				return b.logOfRest(l.In[0])
			}
		case *Affine:
			if o.guards() && b.isProbability(l.In[0]) {
				return b.logOfRest(l.In[0])
			}
		case *Map:
			if o.Kind == scalar.Sigmoid {
				return b.logSigmoid(b.moved[l.In[0]])
			}
		}
	}
	rest := b.layer("rest", b.shift(1), b.layer("minus", b.scale(-1), b.moved[v]))
	return b.apply(scalar.Log, b.layer("Clip", &Clip{smallest, float32(math.Inf(1))}, rest))
}

// logSoftmax returns x - max - log Σ exp(x - max) along an axis of a new value of shape s.
func (b *logBuilder) logSoftmax(x Value, s Shape, axis int) Value {
	across := s[axis]
	image := Shape{s[:axis].Size(), across, s[axis+1:].Size()}
	x = b.layer("image", &Reshape{image}, x)
	most := b.layer("max", &MaxPool{Pool{Kernel: [2]int{across, 1}, Stride: [2]int{1, 1}}}, x)
	x = b.layer("below", &Add{}, x, b.layer("minus", b.scale(-1), most))
	mean := b.layer("mean", &Mean{Axis: 1}, b.apply(scalar.Exp, x))
	total := b.layer("shift", b.shift(math.Log(float64(across))), b.apply(scalar.Log, mean))
	x = b.layer("LogSoftmax", &Add{}, x, b.layer("minus", b.scale(-1), total))
	return b.layer("shape", &Reshape{append(Shape(nil), s...)}, x)
}

// logMean returns the logarithm of the mean of exp x along an axis of a new value of shape s.
func (b *logBuilder) logMean(x Value, s Shape, axis int) Value {
	part := append(Shape(nil), s...)
	part[axis] = 1
	sum := Value(0)
	for i := range s[axis] {
		start, step := make([]int, len(s)), make([]int, len(s))
		for k := range step {
			step[k] = 1
		}
		start[axis] = i
		y := b.layer("part", &Slice{start, step, part}, x)
		if i == 0 {
			sum = y
		} else {
			sum = b.logSum(sum, y)
		}
	}
	return b.layer("shift", b.shift(-math.Log(float64(s[axis]))), sum)
}
