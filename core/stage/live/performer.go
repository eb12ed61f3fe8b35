package live

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"steady/core/attack"
	"steady/core/corrupt"
	"steady/core/img"
	"steady/core/loss"
	"steady/core/nn"
	"steady/core/stage"
)

// Network is a network that answers. An *engine.Engine is one.
type Network interface {
	attack.Model
	// Probabilities writes the probabilities of the classes for logits of any number of images.
	Probabilities(dst, logits []float32)
}

// seed is that of all that is random on the stage.
const seed = 1

// shownLabels is the number of labels of an answer.
const shownLabels = 5

// Performer answers the requests of a stage. Perform is called by one goroutine, and Refresh by one.
type Performer struct {
	// Backend, if it is not nil, returns the name of what computes.
	Backend func() string
	// Now is the clock that attacks are timed with.
	Now func() time.Time

	network Network
	shape   nn.Shape
	names   func(class int) string

	view, small, corrupted *img.Image
	x, logits, probs       []float32 // of all images of an answer
	pixels                 [][]byte  // the same images as RGBA
	chosen                 chosen
	singleEps              int
	singleFrame            uint64 // the last that was counted
	search                 Search
	single                 tally

	refresher Network
	perStep   int        // of the frames that noise is computed from
	mu        sync.Mutex // of noise
	noise     noise
}

// New returns a performer. The second network computes the noise: the same one, if Refresh is called in turns with Perform, or
// another with the same weights. The same one takes a frame a step, so that an answer waits for as little as can be; another takes
// four: steps on a part of the frames, in turns, take as long as fewer on all, and come further.
func New(network, refresher Network, name func(class int) string) (*Performer, error) {
	shape := network.InputShape()
	if len(shape) != 3 || shape[0] != 1 && shape[0] != 3 {
		return nil, fmt.Errorf("live: a network for images of %v: want 1 or 3 channels, height and width", shape)
	}
	if !refresher.InputShape().Equal(shape) || refresher.Classes() != network.Classes() {
		return nil, fmt.Errorf("live: the network that computes the noise takes images of %v and has %d classes, the other %v and %d",
			refresher.InputShape(), refresher.Classes(), shape, network.Classes())
	}
	p := &Performer{Now: time.Now, network: network, refresher: refresher, shape: shape, names: name, perStep: 4}
	if refresher == network {
		p.perStep = 1
	}
	return p, nil
}

// Perform answers a request. Its pixels are valid until the next call. What fails is said in the answer.
func (p *Performer) Perform(q stage.Request) stage.Answer {
	a := stage.Answer{Number: q.Number, Setting: q.Setting}
	if err := p.perform(q, &a); err != nil {
		a = stage.Answer{Number: q.Number, Setting: q.Setting, Err: fmt.Sprintf("This frame has no answer: %v.", err)}
	}
	if p.Backend != nil {
		a.Backend = p.Backend()
	}
	return a
}

func (p *Performer) perform(q stage.Request, a *stage.Answer) error {
	if err := p.take(q); err != nil {
		return err
	}
	size := p.shape.Size()
	p.x = p.x[:0]
	p.put(p.small)
	names := q.Setting.Mosaic
	if names == nil {
		names = []string{q.Setting.Corruption}
	}
	for _, name := range names {
		if err := p.corrupt(name, q); err != nil {
			return err
		}
		p.put(p.corrupted)
	}
	if q.Setting.Mosaic != nil {
		seen, err := p.answer(0, 1+len(names))
		if err != nil {
			return err
		}
		a.Original, a.Tiles = seen[0], seen[1:]
		return nil
	}
	original := p.x[:size]
	var use use
	if q.Setting.Attack == stage.Universal {
		if use = p.useNoise(q, original); use.delta != nil {
			p.x = append(p.x, original...)
			attack.AddUniversal(p.x[2*size:], p.x[:size], use.delta)
			bytesOf(p.x[2*size:])
		}
	}
	seen, err := p.answer(0, len(p.x)/size)
	if err != nil {
		return err
	}
	if s := q.Setting.Attack; s == stage.Strongest || s == stage.Chosen {
		attackFrame := p.attackStrongest
		if s == stage.Chosen {
			attackFrame = p.attackChosen
		}
		adversary, err := attackFrame(q, seen[0].Top[0].Class, a)
		if err != nil {
			return err
		}
		seen = append(seen, adversary)
	}
	a.Original, a.Corrupted = seen[0], &seen[1]
	if len(seen) > 2 {
		a.Adversary = &seen[2]
	}
	if q.Setting.Attack == stage.Universal {
		a.Noise = p.countNoise(q, p.x[:size], seen, use)
	}
	return nil
}

// take makes the frame an image at the network's size.
func (p *Performer) take(q stage.Request) error {
	if p.view == nil {
		p.view = img.New(1, 1)
	}
	if err := p.view.SetRGBA(q.Pixels, q.W, q.H); err != nil {
		return err
	}
	if w, h := p.shape[2], p.shape[1]; q.W != w || q.H != h {
		p.small = p.view.Fit(w, h)
	} else {
		p.small = p.view
	}
	if p.shape[0] == 1 {
		p.small.Gray()
	}
	bytesOf(p.small.Pix)
	return nil
}

// corrupt makes the corrupted image. A frame has noise of its own, which stays the same while it is held.
func (p *Performer) corrupt(name string, q stage.Request) error {
	c, err := corrupt.Lookup(name)
	if err != nil {
		return err
	}
	if p.corrupted == nil {
		p.corrupted = img.New(1, 1)
	}
	p.corrupted.CopyFrom(p.small)
	return c.ApplyBytes(p.corrupted, corrupt.Options{Severity: q.Setting.Severity, Seed: seed, Index: q.Frame, Gray: p.shape[0] == 1})
}

// put adds an image to those that the network is asked about.
func (p *Performer) put(m *img.Image) {
	size := p.shape.Size()
	p.x = slices.Grow(p.x, size)
	m.PutPlanes(p.x[len(p.x):len(p.x)+size], p.shape[0])
	p.x = p.x[:len(p.x)+size]
}

// answer has the network answer n of the images from the first on.
func (p *Performer) answer(first, n int) ([]stage.Seen, error) {
	size, classes := p.shape.Size(), p.network.Classes()
	if len(p.logits) < n*classes {
		p.logits, p.probs = make([]float32, n*classes), make([]float32, n*classes)
	}
	logits, probs := p.logits[:n*classes], p.probs[:n*classes]
	if err := p.network.Logits(logits, p.x[first*size:][:n*size]); err != nil {
		return nil, err
	}
	if err := loss.CheckFinite(logits); err != nil {
		return nil, fmt.Errorf("the network's answer is not a number: it may be broken, or want its pixels another way (%w)", err)
	}
	p.network.Probabilities(probs, logits)
	var seen []stage.Seen
	for i := range n {
		seen = append(seen, stage.Seen{W: p.shape[2], H: p.shape[1], Pixels: p.draw(first + i),
			Top: p.top(probs[i*classes:][:classes])})
	}
	return seen, nil
}

// draw writes one of the images as RGBA.
func (p *Performer) draw(i int) []byte {
	size, plane := p.shape.Size(), p.shape[1]*p.shape[2]
	for len(p.pixels) <= i {
		p.pixels = append(p.pixels, make([]byte, 4*plane))
	}
	x, out := p.x[i*size:][:size], p.pixels[i]
	for k := range 3 {
		from := x[min(k, p.shape[0]-1)*plane:][:plane]
		for j, v := range from {
			out[4*j+k] = byte(v*255 + 0.5)
		}
	}
	for j := range plane {
		out[4*j+3] = 255
	}
	return out
}

// top returns the most probable classes.
func (p *Performer) top(probs []float32) []stage.Label {
	var list []stage.Label
	for class, v := range probs {
		at := len(list)
		for at > 0 && float64(v) > list[at-1].P {
			at--
		}
		if at < shownLabels {
			list = slices.Insert(list, at, stage.Label{Class: class, P: float64(v)})
			list = list[:min(len(list), shownLabels)]
		}
	}
	for i := range list {
		list[i].Name = p.names(list[i].Class)
	}
	return list
}

// bytesOf rounds values to those of bytes.
func bytesOf(x []float32) {
	for i, v := range x {
		x[i] = img.Unit(byte(v*255 + 0.5))
	}
}

// tally counts of the last frames those that an attack changed.
type tally struct{ changed []bool }

const tallied = 60

func (t *tally) add(changed bool) {
	if len(t.changed) == tallied {
		t.changed = append(t.changed[:0], t.changed[1:]...)
	}
	t.changed = append(t.changed, changed)
}

func (t *tally) sum() (sum stage.Tally) {
	for _, c := range t.changed {
		sum.Tried++
		if c {
			sum.Changed++
		}
	}
	return sum
}
