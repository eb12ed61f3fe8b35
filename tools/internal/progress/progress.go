package progress

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"steady/tools/internal/console"
)

const (
	quiet    = 2 * time.Second // work shorter than this reports no progress
	interval = 5 * time.Second // between two lines where the output is not a terminal
)

// Progress is the progress of one piece of work.
type Progress struct {
	w           io.Writer
	what        string // "images"
	total       int
	start, last time.Time
	bar         *progressbar.ProgressBar // nil where w is not a terminal
	note        string
}

// New begins to report work on so many of what is counted, "images", to w, which is usually os.Stderr.
func New(w io.Writer, what string, total int) *Progress {
	now := time.Now()
	p := &Progress{w: w, what: what, total: total, start: now, last: now}
	if c, ok := w.(*console.Writer); ok {
		w = c.Unwrap() // a bar moves the cursor
	}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(&lateWriter{f, now.Add(quiet)}), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString(what),
			progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish())
	}
	return p
}

// Set reports that n of the total are done; note, if it is not empty, is shown beside.
func (p *Progress) Set(n int, note string) {
	note = console.Escape(note)
	if p.bar != nil {
		if note != p.note {
			p.bar.Describe(note)
			p.note = note
		}
		p.bar.Set(n)
		return
	}
	now := time.Now()
	if now.Sub(p.last) < interval || n == 0 {
		return
	}
	p.last = now
	spent := now.Sub(p.start)
	left := time.Duration(float64(spent) * float64(p.total-n) / float64(n)).Round(time.Second)
	if note != "" {
		note = ", " + note
	}
	fmt.Fprintf(p.w, "%d of %d %s, %.3g/s, %v left%s\n", n, p.total, p.what, float64(n)/spent.Seconds(), left, note)
}

// Line writes a line that stays, above the bar.
func (p *Progress) Line(text string) {
	p.End()
	fmt.Fprintln(p.w, console.Escape(text))
}

// Elapsed returns the time since begin, at least a microsecond: clocks may be coarse, and rates are divided by it.
func Elapsed(begin time.Time) time.Duration { return max(time.Since(begin), time.Microsecond) }

// End clears the bar.
func (p *Progress) End() {
	if p.bar != nil {
		p.bar.Clear()
	}
}

// lateWriter drops what is written before its time, so that short work draws no bar.
type lateWriter struct {
	w     io.Writer
	after time.Time
}

func (l *lateWriter) Write(b []byte) (int, error) {
	if time.Now().Before(l.after) {
		return len(b), nil
	}
	return l.w.Write(b)
}

// Stopped is the error of work that the user has interrupted: how far it was, and how to resume it. It matches
// context.Canceled.
type Stopped struct{ Text string }

func (s Stopped) Error() string { return s.Text }
func (s Stopped) Unwrap() error { return context.Canceled }
