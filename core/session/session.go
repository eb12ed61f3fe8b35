package session

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"steady/core/attack"
	"steady/core/classnames"
	"steady/core/compute/webgpu"
	"steady/core/corrupt"
	"steady/core/engine"
	"steady/core/img"
	"steady/core/loss"
	"steady/core/nn"
	"steady/core/preprocess"
)

// viewSize is the side, in pixels, of the square that people look at: the size that the corruptions' published
// constants (those of ImageNet-C) were made for, so that severity 3 looks as it was meant to.
const viewSize = 224

// largest is the largest side of a network's input that can still be shown.
const largest = 1024

var errNoPicture = errors.New("There is no picture yet: choose one first.")
var errNoNetwork = errors.New("There is no network yet: wait for it, or open one.")

// Session is one image and one network, or two that are compared, and what is being tried on them. The zero value has neither. Its methods are called
// one at a time.
type Session struct {
	// Yield, if it is not nil, is called now and then by work that takes long: a browser can only take in a request to
	// cancel while it has its turn.
	Yield func()
	// Log, if it is not nil, is given what is worth knowing but no answer, such as a GPU that fails.
	Log func(text string)

	first, second *classifier     // nil for none; without a first, the second does nothing
	gpu           *webgpu.Backend // nil until it is wanted

	width, height int        // of the image as it came
	source        *img.Image // the image itself; nil for webcam frames, whose view is all there is
	view          *img.Image // its central square at viewSize
	corruptedView *img.Image

	sheet    sheet
	attacked attacked // by the last attack
}

// Pixels returns the RGBA bytes of the images that the last answer or step placed. They are valid until the next call.
func (s *Session) Pixels() []byte { return s.sheet.pix }

// ResetPixels forgets the images of the last answer.
func (s *Session) ResetPixels() { s.sheet.reset() }

// Describe returns the corruptions and attacks that there are.
func (s *Session) Describe() Description {
	d := Description{Presets: preprocess.Presets(), ViewSize: viewSize}
	for _, c := range corrupt.All() {
		d.Corruptions = append(d.Corruptions, CorruptionInfo{c.Name, c.Label(), c.Suite.Title(), c.Family, c.Summary, c.Severity(),
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

// SetNetwork reads a network from an ONNX file. On an error the one before stays.
//
// The weights may be in further files, which exporters write beside the ONNX file: PyTorch writes model.onnx.data. Pass all
// files that were chosen or dropped with the ONNX file, in any order: those that the ONNX file names are read, and
// NetworkInfo.Notes has a sentence on each of the others. If one is missing, the error names it. Messages of the page pass
// them as Ask.files of web/src/lab/protocol.ts.
//
// A network that takes images of any size needs NetworkArgs.Size: without it, the error matches onnx.ErrSizeFree. One whose
// input is the numbers of a color image in an order that the file does not say needs NetworkArgs.Layout: without it, the error
// matches onnx.ErrLayout or nn.ErrOrder.
func (s *Session) SetNetwork(a NetworkArgs, file []byte, further ...File) (*NetworkInfo, error) {
	c, info, err := newClassifier(a, file, further)
	if err != nil {
		return nil, err
	}
	s.first = c
	return info, nil
}

// load prepares a network that images can be shown to.
func load(a NetworkArgs, n *nn.Network) (*nn.Network, *engine.Engine, error) {
	n, err := prepare(a, n)
	if err != nil {
		return nil, nil, err
	}
	e, err := newEngine(n)
	if err != nil {
		return nil, nil, err
	}
	return n, e, nil
}

// prepare returns the classifier that a network is, with the preprocessing in front of it.
func prepare(a NetworkArgs, n *nn.Network) (*nn.Network, error) {
	n, err := n.Classifier()
	if err != nil {
		return nil, err
	}
	if n.Image[1] > largest || n.Image[2] > largest {
		return nil, sizeError(n.Image)
	}
	if p := a.Preprocessing; p != nil {
		if plain := *p; n.Bytes {
			if plain.BGR = false; !plain.IsZero() {
				return nil, errors.New("This network takes bytes, 0 to 255, and scales them itself: choose pixels as they are.")
			}
		}
		n = p.For(n.Image[0]).Apply(n)
	}
	return n, nil
}

// classNames returns the classes' names: those given, those in the file, or numbers.
func classNames(n *nn.Network, given []string, classes int) ([]string, error) {
	switch {
	case len(given) == classes:
		return given, nil
	case len(given) > 0:
		return nil, fmt.Errorf("There %s, but the network has %s.", count(len(given), "is %d class name", "are %d class names"),
			count(classes, "%d class", "%d classes"))
	case len(n.Labels) == classes:
		return n.Labels, nil
	}
	names := make([]string, classes)
	for i := range names {
		names[i] = "class " + strconv.Itoa(i)
	}
	return names, nil
}

func count(n int, one, more string) string {
	if n == 1 {
		return fmt.Sprintf(one, n)
	}
	return fmt.Sprintf(more, n)
}

// ClassNames reads a file of class names, in any of the forms that [classnames.Parse] knows.
func ClassNames(a NamesArgs, file []byte) (*NamesAnswer, error) {
	names, err := classnames.Parse(file)
	if err != nil {
		return nil, &userError{fmt.Sprintf("The class names in %s cannot be read: %v.", a.File, err), err}
	}
	return &NamesAnswer{names}, nil
}

// SetImage takes an image: a file, or RGBA pixels when the size is given. On an error the one before stays.
func (s *Session) SetImage(a ImageArgs, data []byte) (*ImageInfo, error) {
	var m *img.Image
	var err error
	if a.Width != 0 || a.Height != 0 {
		m, err = img.FromRGBA(data, a.Width, a.Height)
	} else {
		m, err = img.Decode(bytes.NewReader(data), img.DefaultMaxPixels)
	}
	if err != nil {
		return nil, imageError(err)
	}
	s.width, s.height = m.W, m.H
	s.source, s.view = m, m.Fit(viewSize, viewSize)
	s.forgetSmall()
	return &ImageInfo{m.W, m.H}, nil
}

// forgetSmall forgets the images at the networks' sizes.
func (s *Session) forgetSmall() {
	for _, n := range []*classifier{s.first, s.second} {
		if n != nil {
			n.small = nil
		}
	}
}

// SetFrame takes a webcam frame, in the memory of the one before.
func (s *Session) SetFrame(a ImageArgs, data []byte) error {
	if a.Width != viewSize || a.Height != viewSize {
		return fmt.Errorf("a frame of %d × %d: want %d × %d", a.Width, a.Height, viewSize, viewSize)
	}
	if s.view == nil {
		s.view = img.New(viewSize, viewSize)
	}
	s.width, s.height = viewSize, viewSize
	s.source = nil
	s.forgetSmall()
	return s.view.SetRGBA(data, viewSize, viewSize)
}

// Look corrupts the image and classifies both, if there is a network. index is the place of the image in a sequence:
// frames of a webcam get noise of their own each. withView also places the original as people look at it.
func (s *Session) Look(a CorruptArgs, index uint64, withView bool) (*LookAnswer, error) {
	if s.view == nil {
		return nil, errNoPicture
	}
	c, o, err := corruptionFor(a, index)
	if err != nil {
		return nil, err
	}
	s.corruptedView = sized(s.corruptedView, s.view)
	if err := c.Apply(s.corruptedView, s.view, o); err != nil {
		return nil, err
	}
	s.sheet.reset()
	if withView {
		s.sheet.image("original-view", s.view)
	}
	s.sheet.image("corrupted-view", s.corruptedView)
	answer := &LookAnswer{Width: s.width, Height: s.height, ProfileView: profile(viewSize, viewSize)}
	if n := s.first; n != nil {
		if err := s.classify(n, c, o, a.Where); err != nil {
			return nil, err
		}
		s.sheet.image("original-net", n.small)
		s.sheet.image("corrupted-net", n.corruptedSmall)
		k := len(n.classes)
		answer.Original, answer.Corrupted = n.probs[:k], n.probs[k:]
		answer.ProfileNet = profile(n.shape[2], n.shape[1])
		answer.Backend = n.engine.Backend().Name()
		if n := s.second; n != nil {
			if err := s.classify(n, c, o, a.Where); err != nil {
				return nil, err
			}
			k := len(n.classes)
			answer.Second = &SecondAnswer{n.probs[:k], n.probs[k:]}
		}
	}
	answer.Images = s.sheet.placed
	return answer, nil
}

// Gallery corrupts the image, at the view's size, in the ways that are named. Ask for a few at a time, so that what is
// wanted more can come between.
func (s *Session) Gallery(a GalleryArgs) (*GalleryAnswer, error) {
	if s.view == nil {
		return nil, errNoPicture
	}
	s.sheet.reset()
	corrupted := img.New(s.view.W, s.view.H)
	for _, name := range a.Names {
		c, err := corrupt.Lookup(name)
		if err != nil {
			return nil, err
		}
		if err := c.Apply(corrupted, s.view, corrupt.Options{Severity: a.Severity, Seed: a.Seed}); err != nil {
			return nil, err
		}
		s.sheet.image(c.Name, corrupted)
	}
	return &GalleryAnswer{s.sheet.placed}, nil
}

// Classify returns what the network says of the corrupted image, without any image or the answer for the original, which would be
// the same for each of many corruptions.
func (s *Session) Classify(a CorruptArgs) (*ClassifyAnswer, error) {
	if s.view == nil {
		return nil, errNoPicture
	}
	n := s.first
	if n == nil {
		return nil, errNoNetwork
	}
	c, o, err := corruptionFor(a, 0)
	if err != nil {
		return nil, err
	}
	if a.Where == "view" {
		s.corruptedView = sized(s.corruptedView, s.view)
		if err := c.Apply(s.corruptedView, s.view, o); err != nil {
			return nil, err
		}
	}
	if err := s.shrink(n, c, o, a.Where); err != nil {
		return nil, err
	}
	size, k := n.shape.Size(), len(n.classes)
	x, logits, probs := n.x[size:], n.logits[k:], n.probs[k:]
	n.corruptedSmall.PutPlanes(x, n.shape[0])
	if err := n.engine.Logits(logits, x); err != nil {
		return nil, err
	}
	if err := probabilities(n.engine, probs, logits); err != nil {
		return nil, err
	}
	return &ClassifyAnswer{probs}, nil
}

// corruptionFor returns the corruption and the options that are asked for.
func corruptionFor(a CorruptArgs, index uint64) (*corrupt.Corruption, corrupt.Options, error) {
	o := corrupt.Options{Severity: a.Severity, Profile: corrupt.Auto, Seed: a.Seed, Index: index}
	c, err := corrupt.Lookup(a.Corruption)
	if err == nil && a.Where != "net" && a.Where != "view" {
		err = fmt.Errorf("session: where is %q: want net or view", a.Where)
	}
	return c, o, err
}

// profile returns the name of the constants that a corruption has at a size.
func profile(w, h int) string { return fmt.Sprint(corrupt.Auto.For(w, h)) }

// sized returns m if it has the size of like, or else a new image of that size.
func sized(m, like *img.Image) *img.Image {
	if m == nil || m.W != like.W || m.H != like.H {
		return img.New(like.W, like.H)
	}
	return m
}

// probabilities turns an engine's logits into probabilities; it is an error if those are not finite.
func probabilities(e *engine.Engine, p, logits []float32) error {
	if err := loss.CheckFinite(logits); err != nil {
		return &userError{"The network's answer is not a number: it may be broken, or want its pixels another way.", err}
	}
	e.Probabilities(p, logits)
	return nil
}
