package live

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"steady/core/loss"
	"steady/core/nn"
	"steady/core/random"
	"steady/core/stage"
)

// linear is a network of one layer: logits = w·x.
type linear struct {
	shape   nn.Shape
	classes int
	w       []float32
	images  int           // that it was asked about
	each    time.Duration // what an image takes, by the clock below
	clock   time.Time
	fail    error
}

func newLinear(shape nn.Shape, classes int) *linear {
	l := &linear{shape: shape, classes: classes, w: make([]float32, classes*shape.Size()), each: time.Millisecond}
	random.New(3, 0, "weights", 0).FillNormal(l.w)
	return l
}

func (l *linear) InputShape() nn.Shape { return l.shape }
func (l *linear) Classes() int         { return l.classes }

func (l *linear) Logits(dst, x []float32) error {
	size := l.shape.Size()
	for i := 0; i < len(x)/size; i++ {
		for k := range l.classes {
			s := float32(0)
			for j, v := range x[i*size:][:size] {
				s += (v - 0.5) * l.w[k*size+j]
			}
			dst[i*l.classes+k] = s
		}
		l.images++
		l.clock = l.clock.Add(l.each)
	}
	return l.fail
}

func (l *linear) Gradient(grad, logits, x []float32, f loss.Func) error {
	if err := l.Logits(logits, x); err != nil {
		return err
	}
	size, n := l.shape.Size(), len(x)/l.shape.Size()
	dlogits := make([]float32, n*l.classes)
	f(0, logits, dlogits)
	clear(grad)
	for i := range n {
		for k := range l.classes {
			for j := range size {
				grad[i*size+j] += dlogits[i*l.classes+k] * l.w[k*size+j]
			}
		}
	}
	return nil
}

func (l *linear) Probabilities(dst, logits []float32) { loss.Softmax(dst, logits, l.classes) }

func name(class int) string { return fmt.Sprint("class ", class) }

// film returns frame i of a scene that moves a little: a gray image with a pattern, and noise of its own.
func film(side int, i uint64) []byte {
	pix := make([]byte, 4*side*side)
	scene, r := random.New(4, 0, "scene", 0), random.New(4, i, "frame", 0)
	for j := range pix {
		if pix[j] = 255; j%4 < 3 {
			pix[j] = byte(128 + scene.Uniform(-12, 12) + r.Uniform(-5, 5))
		}
	}
	return pix
}

func request(side int, frame uint64, s stage.Setting) stage.Request {
	return stage.Request{Number: frame, Frame: frame, Setting: s, W: side, H: side, Pixels: film(side, frame)}
}

func performer(t *testing.T, shape nn.Shape) (*Performer, *linear) {
	t.Helper()
	l := newLinear(shape, 6)
	p, err := New(l, l, name)
	if err != nil {
		t.Fatal(err)
	}
	p.Now = func() time.Time { return l.clock }
	return p, l
}

// What is shown is, to the byte, what the network was asked about, and its answer is the network's.
func TestShownIsMeasured(t *testing.T) {
	for _, shape := range []nn.Shape{{3, 12, 12}, {3, 8, 8}, {1, 8, 8}} {
		p, l := performer(t, shape)
		for _, s := range []stage.Setting{
			{Corruption: "gaussian_noise", Severity: 3, Eps: 8},
			{Corruption: "gaussian_noise", Severity: 3, Eps: 8, Attack: stage.Strongest},
			{Corruption: "fog", Severity: 1, Mosaic: []string{"fog", "contrast", "brightness"}},
		} {
			a := p.Perform(request(12, 1, s))
			if a.Err != "" {
				t.Fatal(a.Err)
			}
			all := []*stage.Seen{&a.Original, a.Corrupted, a.Adversary}
			for i := range a.Tiles {
				all = append(all, &a.Tiles[i])
			}
			n := 0
			for _, seen := range all {
				if seen == nil {
					continue
				}
				n++
				if seen.W != shape[2] || seen.H != shape[1] || len(seen.Pixels) != 4*seen.W*seen.H {
					t.Fatalf("an image of %d×%d, %d bytes", seen.W, seen.H, len(seen.Pixels))
				}
				plane := seen.W * seen.H
				x := make([]float32, shape.Size())
				for j := range x {
					x[j] = float32(seen.Pixels[4*(j%plane)+j/plane]) / 255
				}
				logits, probs := make([]float32, 6), make([]float32, 6)
				l.Logits(logits, x)
				l.Probabilities(probs, logits)
				if best := loss.ArgMax(probs); seen.Top[0].Class != best || math.Abs(seen.Top[0].P-float64(probs[best])) > 1e-5 {
					t.Errorf("%v: %+v, but the network says %d with %g of what is shown", shape, seen.Top[0], best, probs[best])
				}
				for i := 1; i < len(seen.Top); i++ {
					if seen.Top[i].P > seen.Top[i-1].P {
						t.Errorf("labels are not in order: %+v", seen.Top)
					}
				}
			}
			if want := 2 + min(int(s.Attack), 1) + max(len(s.Mosaic)-1, 0); n != want {
				t.Errorf("%d images, want %d", n, want)
			}
		}
	}
}

// A frame that is held gets the same noise again, and the next one other noise.
func TestNoiseOfAFrame(t *testing.T) {
	p, _ := performer(t, nn.Shape{3, 8, 8})
	s := stage.Setting{Corruption: "gaussian_noise", Severity: 5}
	shown := func(frame uint64) string {
		q := request(8, 1, s)
		q.Frame = frame
		return string(p.Perform(q).Corrupted.Pixels)
	}
	first := shown(1)
	if shown(1) != first {
		t.Error("the same frame looks different")
	}
	if shown(2) == first {
		t.Error("two frames have the same noise")
	}
}

// The universal noise changes the answers of frames that come after those it was computed from; only these are counted.
func TestUniversalNoise(t *testing.T) {
	t.Run("one network", func(t *testing.T) {
		p, l := performer(t, nn.Shape{3, 8, 8})
		testUniversalNoise(t, p, l, 1)
	})
	t.Run("two", func(t *testing.T) {
		l := newLinear(nn.Shape{3, 8, 8}, 6)
		twin := *l // with the same weights
		p, err := New(l, &twin, name)
		if err != nil {
			t.Fatal(err)
		}
		testUniversalNoise(t, p, &twin, 4)
	})
}

// testUniversalNoise wants a step to take so many frames; l computes the noise.
func testUniversalNoise(t *testing.T, p *Performer, l *linear, perStep int) {
	s := stage.Setting{Corruption: "brightness", Severity: 1, Attack: stage.Universal, Eps: 12}
	frame := uint64(0)
	next := func() stage.Answer {
		frame++
		a := p.Perform(request(8, frame, s))
		if a.Err != "" || a.Noise == nil {
			t.Fatalf("frame %d: %q, %v", frame, a.Err, a.Noise)
		}
		return a
	}
	refresh := func() bool {
		did, err := p.Refresh(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return did
	}
	for i := 1; i <= window; i++ {
		if refresh() {
			t.Fatal("a noise from too few frames")
		}
		if a := next(); a.Adversary != nil || a.Noise.Collected != i || a.Noise.Later.Tried != 0 {
			t.Fatalf("frame %d: %+v", i, a.Noise)
		}
	}
	for step := 1; step <= 2*window/perStep; step++ {
		before := l.images
		if !refresh() {
			t.Fatal("no noise")
		}
		if n := l.images - before; n != perStep {
			t.Fatalf("a step takes %d frames, want %d", n, perStep)
		}
		most, reachable := 255*float64(slices.Max(p.noise.delta)), min(12*float64(step*perStep)/window, 12)
		if most > reachable+1e-4 || step*perStep == window && most < 12-1e-4 {
			t.Errorf("after a gradient for each of %d frames the noise is ±%v, want ±%v", step*perStep, most, reachable)
		}
		if refresh() {
			t.Fatal("two steps without a frame between them: with nothing to ask for it, a noise would never stop")
		}
		next()
	}
	var a stage.Answer
	for range tallied {
		a = next()
	}
	if n := a.Noise.Later; n.Tried != tallied || n.Changed < tallied*8/10 {
		t.Errorf("changes %v later frames, want at least 80 %%", n)
	}
	for i, v := range a.Adversary.Pixels {
		if d := int(v) - int(a.Original.Pixels[i]); d > 12 || d < -12 {
			t.Fatalf("byte %d changes by %d", i, d)
		}
	}
	// A step that fails is said, until one succeeds.
	weight := l.w[0]
	l.w[0] = float32(math.NaN())
	if _, err := p.Refresh(context.Background()); err == nil {
		t.Error("a broken network: no error")
	}
	l.w[0] = weight
	if a = next(); a.Noise.Err == "" {
		t.Error("nothing is said of a step that failed")
	}
	refresh()
	if a = next(); a.Noise.Err != "" {
		t.Errorf("after a step that succeeded: %s", a.Noise.Err)
	}
	// The frame that is held counts once.
	held := p.Perform(request(8, frame, s))
	if held.Noise.Later.Tried != tallied {
		t.Error("a held frame is counted")
	}
	// Another strength begins anew.
	s.Eps = 4
	if a = next(); a.Adversary != nil || a.Noise.Later.Tried != 0 || a.Noise.Refreshed != 0 {
		t.Errorf("with another strength: %+v", a.Noise)
	}
	// Without it nothing is computed.
	s.Attack = stage.NoAttack
	refresh()
	p.Perform(request(8, frame+1, s))
	if refresh() {
		t.Error("a noise that nobody asks for")
	}
}

// The strongest attack within the time is found by the times that attacks take, and no attack is taken that does not fit.
func TestStrongest(t *testing.T) {
	for _, c := range []struct {
		each time.Duration // of an image, with a gradient or without
		fits bool
		want string // a part of the attack
	}{
		{time.Millisecond, true, ""},
		{11 * time.Millisecond, true, "fgsm"}, // three images: the clean one, the gradient, the result
		{50 * time.Millisecond, false, "fgsm"},
	} {
		p, l := performer(t, nn.Shape{3, 8, 8})
		l.each = c.each
		s := stage.Setting{Corruption: "brightness", Severity: 1, Attack: stage.Strongest, Eps: 1}
		var single *stage.Single
		for frame := uint64(1); frame <= rounds*uint64(len(Candidates))+20; frame++ {
			a := p.Perform(request(8, frame, s))
			if a.Err != "" {
				t.Fatal(a.Err)
			}
			if single = a.Single; frame <= rounds && !single.Searching {
				t.Fatal("chosen without trying")
			}
		}
		if single.Searching || single.Fits != c.fits || !strings.Contains(single.Attack, c.want) {
			t.Errorf("%v an image: %+v, want %s", c.each, single, c.want)
		}
		if c.fits && single.Measured > stage.Limit || !c.fits && single.Measured <= stage.Limit {
			t.Errorf("%v an image: %+v", c.each, single)
		}
		for i := range p.search.over {
			if o := p.search.tried[i]; o.took() <= stage.Limit && o.changed > p.search.tried[p.search.chosen].changed {
				t.Errorf("%v an image: %s fits and changes more", c.each, Candidates[i])
			}
		}
		if single.Result.Tried < 15 {
			t.Errorf("%v an image: counted %v", c.each, single.Result)
		}
	}
}

// A chosen attack that fits is put on each frame; one that takes longer is said to, after some frames or, if it comes to no end, at once.
func TestChosen(t *testing.T) {
	for _, c := range []struct {
		each    time.Duration
		chosen  string
		slow    uint64 // the frame on which it is said to be too slow; 0 for none
		details string
	}{
		{time.Millisecond, "pgd{steps=3,continue=1}", 0, "eps 4/255"},
		{time.Millisecond, "fgsm{norm=l2,eps=2}", 0, "eps 2,"},
		{30 * time.Millisecond, "pgd{steps=3}", rounds, ""},
		{2 * time.Second, "pgd{steps=3}", 1, ""},
	} {
		p, l := performer(t, nn.Shape{3, 8, 8})
		l.each = c.each
		s := stage.Setting{Corruption: "brightness", Severity: 1, Attack: stage.Chosen, Chosen: c.chosen, Eps: 4}
		for frame := uint64(1); frame <= 2*judged; frame++ {
			a := p.Perform(request(8, frame, s))
			if a.Err != "" {
				t.Fatal(a.Err)
			}
			if one := a.Single; one.TooSlow != (frame == c.slow) || one.Fits == one.TooSlow || !strings.Contains(one.Details, c.details) {
				t.Fatalf("%s, %v an image, frame %d: %+v", c.chosen, c.each, frame, one)
			} else if one.Result.Tried != int(frame) {
				t.Errorf("%s: counted %v after %d frames", c.chosen, one.Result, frame)
			}
			if a.Adversary == nil || slices.Equal(a.Adversary.Pixels, a.Original.Pixels) {
				t.Fatalf("%s: the frame is not attacked", c.chosen)
			}
			if c.slow == frame {
				break
			}
		}
	}
	p, _ := performer(t, nn.Shape{3, 8, 8})
	a := p.Perform(request(8, 1, stage.Setting{Corruption: "brightness", Severity: 1, Attack: stage.Chosen, Chosen: "no such", Eps: 4}))
	if !strings.Contains(a.Err, "no such") {
		t.Errorf("an unknown attack: %+v", a)
	}
}

// Of the attacks that fit, the one that changes the most answers is chosen, and then the one with the highest loss.
func TestSearchChooses(t *testing.T) {
	for _, c := range []struct {
		changes, losses map[int]int
		want            int
	}{
		{map[int]int{1: 2, 3: 4, 8: 5}, nil, 3}, // the eighth takes too long
		{map[int]int{1: 4, 3: 4, 2: 4}, map[int]int{1: 1, 3: 2, 2: 5}, 2},
	} {
		var s Search
		for s.next(); s.chosen < 0; {
			i := s.next()
			took := time.Duration(i+1) * 5 * time.Millisecond
			s.add(took, s.round < c.changes[i], float64(c.losses[i]))
		}
		if s.chosen != c.want {
			t.Errorf("%v: chosen %d, want %d", c, s.chosen, c.want)
		}
	}
}

// When the machine becomes slower for good, the search begins again; one slow frame does nothing.
func TestSearchAgain(t *testing.T) {
	var s Search
	run := func(took time.Duration) { s.next(); s.add(took, true, 1) }
	for range rounds * len(Candidates) {
		run(20 * time.Millisecond)
	}
	if s.chosen < 0 {
		t.Fatal("nothing chosen")
	}
	run(time.Second)
	run(20 * time.Millisecond)
	if s.chosen < 0 {
		t.Fatal("one slow frame begins the search again")
	}
	for range 4 * rounds {
		run(50 * time.Millisecond)
	}
	if s.chosen >= 0 {
		t.Fatal("a slower machine does not begin the search again")
	}
	for range rounds * len(Candidates) {
		run(200 * time.Millisecond)
	}
	if s.chosen != 0 || s.over != 1 {
		t.Errorf("with nothing that fits: %d, %d", s.chosen, s.over)
	}
	for range 100 {
		run(200 * time.Millisecond)
	}
	if s.chosen != 0 {
		t.Error("it searches for ever")
	}
}

func TestErrors(t *testing.T) {
	p, l := performer(t, nn.Shape{3, 8, 8})
	s := stage.Setting{Corruption: "no such", Severity: 1}
	if a := p.Perform(request(8, 7, s)); a.Number != 7 || !strings.Contains(a.Err, "no such") || a.Corrupted != nil {
		t.Errorf("%+v", a)
	}
	s.Corruption = "fog"
	l.fail = errors.New("out of paper")
	if a := p.Perform(request(8, 8, s)); !strings.Contains(a.Err, "out of paper") {
		t.Errorf("%+v", a)
	}
	l.fail = nil
	l.w[0] = float32(math.NaN())
	if a := p.Perform(request(8, 9, s)); !strings.Contains(a.Err, "not a number") {
		t.Errorf("%+v", a)
	}
	if _, err := New(newLinear(nn.Shape{4, 8, 8}, 2), newLinear(nn.Shape{4, 8, 8}, 2), name); err == nil {
		t.Error("four channels: no error")
	}
	if _, err := New(newLinear(nn.Shape{3, 8, 8}, 2), newLinear(nn.Shape{3, 8, 8}, 3), name); err == nil {
		t.Error("two networks that differ: no error")
	}
}
