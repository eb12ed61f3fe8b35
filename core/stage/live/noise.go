package live

import (
	"context"

	"steady/core/attack"
	"steady/core/stage"
)

// window is the number of frames that a noise is computed from.
const window = 16

// noise is the universal noise and what it is computed from. Its fields are guarded by Performer.mu; a delta is never changed
// once it is here.
type noise struct {
	wanted    bool // the last request asked for it
	eps       int
	frames    []seenFrame // the last ones, oldest first
	delta     []float32
	until     uint64 // the last frame that delta was computed from
	refreshed int
	later     tally
	counted   uint64 // the last frame that was counted

	failed string // why the last step could not be taken, or ""

	universal *attack.Universal // of Refresh
	of        int               // its eps
	steps     int               // that Refresh has begun
}

// seenFrame is a frame with the network's answer to it.
type seenFrame struct {
	number uint64
	x      []float32
	label  int
}

// use is the noise that a frame gets.
type use struct {
	delta []float32
	until uint64
}

// useNoise returns the noise for a frame, nil if there is none yet.
func (p *Performer) useNoise(q stage.Request, x []float32) use {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := &p.noise
	if n.eps != q.Setting.Eps {
		n.eps, n.delta, n.refreshed, n.later = q.Setting.Eps, nil, 0, tally{}
	}
	n.wanted = true
	return use{n.delta, n.until}
}

// countNoise keeps the frame for later noise, and counts whether the one that was put on it has changed the answer.
func (p *Performer) countNoise(q stage.Request, x []float32, seen []stage.Seen, u use) *stage.Noise {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := &p.noise
	label := seen[0].Top[0].Class
	if len(n.frames) == 0 || q.Frame > n.frames[len(n.frames)-1].number {
		f := seenFrame{number: q.Frame, label: label}
		if len(n.frames) == window {
			f.x = n.frames[0].x[:0]
			n.frames = append(n.frames[:0], n.frames[1:]...)
		}
		f.x = append(f.x, x...)
		n.frames = append(n.frames, f)
	}
	if u.delta != nil && q.Frame > u.until && q.Frame > n.counted {
		n.counted = q.Frame
		n.later.add(seen[2].Top[0].Class != label)
	}
	return &stage.Noise{Collected: len(n.frames), Wanted: window, Refreshed: n.refreshed, Later: n.later.sum(), Err: n.failed}
}

// Refresh takes a step of the universal noise on the last frames, if it is wanted and there are enough, and reports whether it
// did. Answers have its error, too.
func (p *Performer) Refresh(ctx context.Context) (bool, error) {
	did, err := p.refresh(ctx)
	if did || err != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.noise.failed = ""; err != nil && ctx.Err() == nil {
			p.noise.failed = err.Error()
		}
	}
	return did, err
}

func (p *Performer) refresh(ctx context.Context) (bool, error) {
	p.mu.Lock()
	n := &p.noise
	if !n.wanted || len(n.frames) < window {
		p.mu.Unlock()
		return false, nil
	}
	n.wanted = false // until the next request
	eps, until := n.eps, n.frames[window-1].number
	var x []float32
	var labels []int
	for i := n.steps % (window / p.perStep); i < window; i += window / p.perStep {
		f := n.frames[i]
		x = append(x, f.x...)
		labels = append(labels, f.label)
	}
	p.mu.Unlock()

	n.steps++ // of this goroutine only, as is what follows
	if n.universal == nil || n.of != eps {
		u, err := attack.NewUniversal(attack.Linf, float64(eps)/255, p.shape.Size())
		if err != nil {
			return false, err
		}
		u.StepSize = float64(eps) / 255 * float64(p.perStep) / window // full strength after all frames
		n.universal, n.of = u, eps
	}
	if err := n.universal.Improve(ctx, p.refresher, x, labels, 1); err != nil {
		return false, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if n.eps == eps { // still what is asked for
		n.delta, n.until = n.universal.Delta(), until
		n.refreshed++
	}
	return true, nil
}
