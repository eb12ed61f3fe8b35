//go:build stage

package main

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"steady/core/stage"
	"steady/core/stage/live"
	"steady/tools/internal/frames"
	"steady/tools/internal/output"
	"steady/tools/stage/draw"
)

// window is the stage in a window. Ebitengine calls Update, Draw and LayoutF in turns; three goroutines read the source, compute
// the answers, and refresh the universal noise.
type window struct {
	args     *arguments
	stage    *stage.Stage
	renderer draw.Renderer
	ctx      context.Context
	began    time.Time

	requests chan stage.Request
	answers  chan stage.Answer
	reader   *reader
	shown    string // the source, as frames.Open reads it

	width, height float64
	drawn         int
	last          time.Time // that a frame was drawn
	times         stage.Histogram
	heap          uint64 // after a while
	keys          []ebiten.Key
	failed        error
}

func newWindow(ctx context.Context, a *arguments, s *stage.Stage, p *live.Performer, source frames.Source, notice string) *window {
	w := &window{args: a, stage: s, ctx: ctx, began: time.Now(), requests: make(chan stage.Request, 1), answers: make(chan stage.Answer, 1)}
	w.reader = startReader(ctx, source)
	if w.shown = cmp.Or(a.source, "camera"); a.source == "" && notice != "" { // there is no camera
		w.shown = "pattern"
	}
	if notice != "" {
		s.Notify(0, notice)
	}
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case q := <-w.requests:
				w.answers <- p.Perform(q)
			}
		}
	}()
	go refresh(ctx, p)
	return w
}

// refresh keeps the universal noise fresh while it is wanted, for half of the time: the answers need the processor more. A network
// that fails says so in its answers.
func refresh(ctx context.Context, p *live.Performer) {
	for ctx.Err() == nil {
		began := time.Now()
		p.Refresh(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(max(time.Since(began), 10*time.Millisecond)):
		}
	}
}

func (w *window) close() { w.reader.stop() }

func (w *window) now() time.Duration { return time.Since(w.began) }

// Update takes what has come, and hands on what is to be done.
func (w *window) Update() error {
	now := w.now()
	select {
	case a := <-w.answers:
		w.stage.Answer(now, a)
	default:
	}
	if err := w.reader.offer(w.stage, now); err != nil {
		w.stage.Notify(now, err.Error()+" This is the test pattern.")
		w.use("pattern")
	}
	if q, ok := w.stage.Next(now); ok {
		w.requests <- q
	}
	w.keys = inpututil.AppendJustPressedKeys(w.keys[:0])
	for _, k := range w.keys {
		switch w.stage.Press(keyName(k)) {
		case stage.Quit:
			return ebiten.Termination
		case stage.ToggleFullscreen:
			ebiten.SetFullscreen(!ebiten.IsFullscreen())
		case stage.NextSource:
			w.nextSource(now)
		}
	}
	x, y := ebiten.CursorPosition()
	w.stage.Point(float64(x), float64(y), w.width, w.height, ebiten.IsMouseButtonPressed(ebiten.MouseButtonLeft))
	if w.args.frames > 0 && w.drawn >= w.args.frames {
		return ebiten.Termination
	}
	return nil
}

// nextSource goes from what is shown on through the camera, what --source named, and the pattern, and leaves out what is not there.
func (w *window) nextSource(now time.Duration) {
	list := frames.Turns(w.args.source)
	why, at := "", slices.Index(list, w.shown)
	for i := range list {
		if err := w.use(list[(at+1+i)%len(list)]); err == nil {
			if why != "" {
				why += " This is the " + w.reader.source.Name() + "."
			}
			w.stage.Notify(now, why)
			return
		} else if why == "" {
			why = err.Error()
		}
	}
}

// use changes to another source; on an error the one before stays.
func (w *window) use(name string) error {
	source, err := frames.Open(name)
	if err != nil {
		return err
	}
	w.reader.stop()
	w.reader = startReader(w.ctx, source)
	w.stage.SetSource(source.Name())
	w.shown = name
	return nil
}

// Draw draws the stage.
func (w *window) Draw(screen *ebiten.Image) {
	b := screen.Bounds()
	scene := w.stage.Scene(w.now(), float64(b.Dx()), float64(b.Dy()))
	w.renderer.Draw(screen, w.stage, &scene)
	w.drawn++
	at := time.Now()
	if !w.last.IsZero() {
		w.times.Add(at.Sub(w.last))
	}
	w.last = at
	if w.drawn == 300 { // all that is made once has been made
		w.heap = heap()
	}
	if w.args.shot != "" && w.drawn == w.args.frames {
		w.failed = shoot(screen, w.args.shot)
	}
}

// LayoutF returns the size of the screen in real pixels, so that text is sharp.
func (w *window) LayoutF(width, height float64) (float64, float64) {
	scale := ebiten.Monitor().DeviceScaleFactor()
	w.width, w.height = width*scale, height*scale
	return w.width, w.height
}

// Layout is not called where there is LayoutF.
func (w *window) Layout(int, int) (int, int) { panic("unreachable") }

// keyName returns what core/stage calls a key.
func keyName(k ebiten.Key) string {
	switch k {
	case ebiten.KeyArrowLeft, ebiten.KeyPageUp: // of a presenter
		return "left"
	case ebiten.KeyArrowRight, ebiten.KeyPageDown:
		return "right"
	case ebiten.KeyArrowUp:
		return "up"
	case ebiten.KeyArrowDown:
		return "down"
	case ebiten.KeyComma:
		return ","
	case ebiten.KeyPeriod:
		return "."
	}
	name := strings.ToLower(k.String())
	return strings.TrimPrefix(strings.TrimPrefix(name, "digit"), "numpad")
}

// shoot writes the screen to a file.
func shoot(screen *ebiten.Image, path string) error {
	m := image.NewRGBA(screen.Bounds())
	screen.ReadPixels(m.Pix)
	return output.File(path, func(w io.Writer) error { return png.Encode(w, m) })
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// printStats says how the time went.
func (w *window) printStats(out io.Writer) {
	c := w.stage.Counts()
	took := w.now().Seconds()
	fmt.Fprintf(out, "%.1f s: %d frames drawn (%.1f/s), %d from the source, %d dropped, %d answers (%.1f/s)\n", took, w.drawn,
		float64(w.drawn)/took, c.Frames, c.Dropped, c.Answered, float64(c.Answered)/took)
	fmt.Fprintf(out, "time between two drawn frames: %s", w.times.String())
	fmt.Fprintf(out, "from a frame to its answer: %s", w.stage.Latency.String())
	if w.heap > 0 {
		fmt.Fprintf(out, "memory of Go's heap: %.1f MB after 300 frames, %.1f MB at the end\n", float64(w.heap)/1e6, float64(heap())/1e6)
	}
	if b, err := os.ReadFile("/proc/self/status"); err == nil {
		for line := range strings.Lines(string(b)) {
			if strings.HasPrefix(line, "VmRSS") || strings.HasPrefix(line, "VmHWM") {
				fmt.Fprint(out, strings.Join(strings.Fields(line), " "), "\n")
			}
		}
	}
}

// reader reads a source on a goroutine and keeps its newest frame.
type reader struct {
	source frames.Source
	end    context.CancelFunc
	ended  chan struct{}

	mu   sync.Mutex
	pix  []byte
	side int
	news bool
	err  error
}

func startReader(ctx context.Context, source frames.Source) *reader {
	ctx, end := context.WithCancel(ctx)
	r := &reader{source: source, end: end, ended: make(chan struct{})}
	go func() {
		defer close(r.ended)
		defer source.Close()
		for {
			f, err := source.Read(ctx)
			r.mu.Lock()
			if err == nil {
				r.pix, r.side, r.news = append(r.pix[:0], f.Pix...), f.Side, true
			} else if ctx.Err() == nil {
				r.err = err
			}
			r.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return r
}

// offer offers the newest frame to the stage, or returns why there are no more.
func (r *reader) offer(s *stage.Stage, now time.Duration) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.news {
		s.Offer(now, r.pix, r.side, r.side)
		r.news = false
	}
	return r.err
}

// stop ends reading, within a second for a camera that is silent.
func (r *reader) stop() {
	r.end()
	<-r.ended
}
