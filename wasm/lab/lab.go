package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"

	"steady/core/attack"
	"steady/core/compute/webgpu"
	"steady/core/corrupt"
	"steady/core/engine"
	"steady/core/img"
	"steady/core/loss"
	"steady/core/nn"
	"steady/core/onnx"
)

// viewSize is the side, in pixels, of the square that people look at: the size that the corruptions' published
// constants (those of ImageNet-C) were made for, so that severity 3 looks as it was meant to.
const viewSize = 224

// largest is the largest side of a network's input that the page can still handle.
const largest = 1024

var errNoPicture = errors.New("There is no picture yet: choose one first.")
var errNoNetwork = errors.New("There is no network yet: wait for it, or open one.")

// lab is the session of one page: a network, a picture, and room to work in.
type lab struct {
	engine  *engine.Engine
	network *nn.Network     // that the engine has
	card    *webgpu.Backend // nil until it is wanted
	shape   nn.Shape
	classes []string

	width, height int        // of the picture as it came
	view          *img.Image // its central square at viewSize
	small         *img.Image // at the network's size

	shakenView, shakenSmall *img.Image
	x, logits, probs        []float32 // of two pictures: original, shaken
	sheet                   sheet
	attacked                attacked   // by the last attack
	source                  *img.Image // the picture itself; nil for webcam frames, whose view is all there is
}

func (l *lab) describe() description {
	d := description{ViewSize: viewSize}
	for _, c := range corrupt.All() {
		d.Corruptions = append(d.Corruptions, corruptionInfo{c.Name, c.Label(), c.Suite.Title(), c.Family, c.Summary, c.Severity,
			c.Source, c.Stochastic})
	}
	for _, access := range attack.Accesses {
		for _, a := range attack.All() {
			if a.Access == access {
				d.Attacks = append(d.Attacks, describeAttack(a))
			}
		}
	}
	return d
}

// setNetwork takes a network in. On an error the one before stays.
func (l *lab) setNetwork(a networkArgs, file []byte) (*networkInfo, error) {
	n, e, err := load(a, file)
	if err != nil {
		return nil, err
	}
	classes, err := className(n, a.Classes, e.Classes())
	if err != nil {
		return nil, err
	}
	l.engine, l.network, l.shape, l.classes = e, n, e.InputShape(), classes
	l.x = make([]float32, 2*l.shape.Size())
	l.logits, l.probs = make([]float32, 2*len(classes)), make([]float32, 2*len(classes))
	l.small = nil
	return &networkInfo{Input: l.shape, Classes: classes, Params: n.ParamCount(), MACs: n.MACs()}, nil
}

// load reads a network that the page can show pictures to.
func load(a networkArgs, file []byte) (*nn.Network, *engine.Engine, error) {
	n, err := onnx.Read(file)
	if err != nil {
		return nil, nil, err
	}
	if len(n.Image) != 3 || n.Image[0] != 1 && n.Image[0] != 3 {
		return nil, nil, fmt.Errorf("This network wants an input of shape %v. The page shows pictures to networks of "+
			"1 or 3 channels: channels × height × width.", []int(n.Image))
	}
	if n.Image[1] > largest || n.Image[2] > largest {
		return nil, nil, fmt.Errorf("This network wants pictures of %d × %d; the page goes up to %d × %d.",
			n.Image[2], n.Image[1], largest, largest)
	}
	if p := a.Preprocessing; p != nil {
		mean, std := p.Mean, p.Std
		if n.Image[0] == 1 && len(mean) == 3 && len(std) == 3 { // one grey channel: the mean of the three
			mean, std = mean3(mean), mean3(std)
		}
		n = n.Normalised(mean, std, p.Scale, p.BGR && n.Image[0] == 3)
	}
	e, err := newEngine(n)
	if err != nil {
		return nil, nil, err
	}
	if e.Classes() < 2 {
		return nil, nil, fmt.Errorf("This network gives %d number a picture; one for each of several classes is needed.",
			e.Classes())
	}
	return n, e, nil
}

func mean3(v []float32) []float32 { return []float32{(v[0] + v[1] + v[2]) / 3} }

// className gives the classes' names: those given, those in the file, or numbers.
func className(n *nn.Network, given []string, classes int) ([]string, error) {
	switch {
	case len(given) == classes:
		return given, nil
	case len(given) > 0:
		return nil, fmt.Errorf("There are %d class names, but the network has %d classes.", len(given), classes)
	case len(n.Labels) == classes:
		return n.Labels, nil
	}
	names := make([]string, classes)
	for i := range names {
		names[i] = "class " + strconv.Itoa(i)
	}
	return names, nil
}

// setPicture takes a picture in: an image file, or RGBA pixels when the size is given. On an error the one before
// stays.
func (l *lab) setPicture(a pictureArgs, data []byte) (*pictureInfo, error) {
	var m *img.Image
	var err error
	if a.Width != 0 || a.Height != 0 {
		m, err = img.FromRGBA(data, a.Width, a.Height)
	} else {
		m, err = img.Decode(bytes.NewReader(data), img.DefaultMaxPixels)
	}
	if err != nil {
		return nil, pictureError(err)
	}
	l.width, l.height = m.W, m.H
	l.source, l.view, l.small = m, m.Fit(viewSize, viewSize), nil
	return &pictureInfo{m.W, m.H}, nil
}

// setFrame takes a webcam frame in, using the memory of the one before.
func (l *lab) setFrame(a pictureArgs, data []byte) error {
	if a.Width != viewSize || a.Height != viewSize {
		return fmt.Errorf("a frame of %d × %d: want %d × %d", a.Width, a.Height, viewSize, viewSize)
	}
	if l.view == nil {
		l.view = img.New(viewSize, viewSize)
	}
	l.width, l.height = viewSize, viewSize
	l.source, l.small = nil, nil
	return l.view.SetRGBA(data, viewSize, viewSize)
}

// look shakes the picture and asks the network, if there is one, about both.
// index is the place of the picture in a sequence: frames of a webcam get noise of their own each.
func (l *lab) look(a shakeArgs, index uint64, withView bool) (*lookAnswer, error) {
	if l.view == nil {
		return nil, errNoPicture
	}
	c, o, err := shaking(a, index)
	if err != nil {
		return nil, err
	}
	l.shakenView = sized(l.shakenView, l.view)
	if err := c.Apply(l.shakenView, l.view, o); err != nil {
		return nil, err
	}
	l.sheet.reset()
	if withView {
		l.sheet.image("original-view", l.view)
	}
	l.sheet.image("shaken-view", l.shakenView)
	answer := &lookAnswer{Width: l.width, Height: l.height, ProfileView: profile(viewSize, viewSize)}
	if l.engine != nil {
		if err := l.ask(c, o, a.Where); err != nil {
			return nil, err
		}
		l.sheet.image("original-net", l.small)
		l.sheet.image("shaken-net", l.shakenSmall)
		k := len(l.classes)
		answer.Original, answer.Shaken = l.probs[:k], l.probs[k:]
		answer.ProfileNet = profile(l.shape[2], l.shape[1])
		answer.Engine = l.engine.Backend().Name()
	}
	answer.Images = l.sheet.placed
	return answer, nil
}

// gallery shakes the picture, at the view's size, in the ways that are named. The page asks for a few at a time, so
// that what it wants more can come between.
func (l *lab) gallery(a galleryArgs) (*galleryAnswer, error) {
	if l.view == nil {
		return nil, errNoPicture
	}
	l.sheet.reset()
	shaken := img.New(l.view.W, l.view.H)
	for _, name := range a.Names {
		c, err := corrupt.Lookup(name)
		if err != nil {
			return nil, err
		}
		if err := c.Apply(shaken, l.view, corrupt.Options{Severity: a.Severity, Seed: a.Seed}); err != nil {
			return nil, err
		}
		l.sheet.image(c.Name, shaken)
	}
	return &galleryAnswer{l.sheet.placed}, nil
}

// ask shakes the picture at the network's size and classifies it and the original.
func (l *lab) ask(c *corrupt.Corruption, o corrupt.Options, where string) error {
	if err := l.shrink(c, o, where); err != nil {
		return err
	}
	size := l.shape.Size()
	fill(l.x[:size], l.small, l.shape[0])
	fill(l.x[size:], l.shakenSmall, l.shape[0])
	if err := l.engine.Logits(l.logits, l.x); err != nil {
		return err
	}
	return softmax(l.probs, l.logits, len(l.classes))
}

// shrink makes the two pictures at the network's size. l.shakenView must be there.
func (l *lab) shrink(c *corrupt.Corruption, o corrupt.Options, where string) error {
	w, h := l.shape[2], l.shape[1]
	if l.small == nil {
		from := l.source
		if from == nil {
			from = l.view
		}
		l.small = from.Fit(w, h)
		if l.shape[0] == 1 {
			l.small.Grey()
		}
	}
	if where == "view" {
		l.shakenSmall = l.shakenView.Fit(w, h)
		if l.shape[0] == 1 {
			l.shakenSmall.Grey()
		}
		return nil
	}
	l.shakenSmall = sized(l.shakenSmall, l.small)
	o.Grey = l.shape[0] == 1
	if err := c.Apply(l.shakenSmall, l.small, o); err != nil {
		return err
	}
	corrupt.Truncate(l.shakenSmall) // what is seen is what the network gets
	return nil
}

func shaking(a shakeArgs, index uint64) (*corrupt.Corruption, corrupt.Options, error) {
	o := corrupt.Options{Severity: a.Severity, Profile: corrupt.Auto, Seed: a.Seed, Index: index}
	c, err := corrupt.Lookup(a.Corruption)
	if err == nil && a.Where != "net" && a.Where != "view" {
		err = fmt.Errorf("lab: where is %q: want net or view", a.Where)
	}
	return c, o, err
}

// profile names the constants that a corruption has at a size.
func profile(w, h int) string { return fmt.Sprint(corrupt.Auto.For(w, h)) }

// sized gives m if it has the size of like, or a new picture of that size.
func sized(m, like *img.Image) *img.Image {
	if m == nil || m.W != like.W || m.H != like.H {
		return img.New(like.W, like.H)
	}
	return m
}

// softmax turns logits into probabilities, which it refuses to be anything but numbers.
func softmax(p, logits []float32, classes int) error {
	loss.Softmax(p, logits, classes)
	for _, v := range p {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return errors.New("The network's answer is not a number: it may be broken, or want its pixels another way.")
		}
	}
	return nil
}
