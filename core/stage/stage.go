package stage

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Choice is a corruption that can be chosen.
type Choice struct{ Name, Label string }

// Options describe a stage at its beginning.
type Options struct {
	Network     string   // its name, for people
	Source      string   // what the frames come from, for people
	Corruptions []Choice // to choose from, at least one; a mosaic shows nine from the chosen one on
	Corruption  string   // the first; "" for the first of Corruptions
	Severity    int      // 0 for 3
	Eps         int      // 0 for 8
	Attack      Attack
	Chosen      string // an attack as attack.Parse reads it, which the keys have beside the others; "" for none
	Calm        bool   // nothing glides, for people who have asked for less motion
}

// Counts are what has happened to frames and answers.
type Counts struct {
	Frames   uint64 // that came
	Dropped  uint64 // that came while a request was under way, and were replaced by newer ones
	Asked    uint64
	Answered uint64
	Stale    uint64 // answers to requests that were not under way
}

// Stage is what is on the stage. New makes one.
type Stage struct {
	options  Options
	setting  Setting
	chosen   int // of options.Corruptions
	mode     Mode
	diff     bool // show the difference
	large    bool
	light    bool
	help     bool
	stats    bool
	held     bool
	line     float64 // of a split, on its way to lineAt; 0 left, 1 right
	lineAt   float64
	movedAt  time.Duration
	dragging bool

	images    [2 * images]Image     // and what each takes the place of
	placedAt  [images]time.Duration // when it began to
	magnified int                   // times
	panels    [3]bars
	tiles     [Tiles]bars
	times     timeline
	answer    Answer // the newest; its pixels are in images
	answered  bool

	waiting, asked frame // the newest frame, and the one under way
	underWay       uint64
	askedAt        time.Duration
	counts         Counts
	rate           rate // of answers
	drawn          rate // of scenes
	Latency        Histogram

	notice   string
	noticeAt time.Duration
	problem  string // of the last answer, until one is right again
}

// frame is a frame with its memory.
type frame struct {
	number  uint64
	w, h    int
	pix     []byte
	present bool
}

func (f *frame) set(number uint64, pix []byte, w, h int) {
	f.number, f.w, f.h, f.present = number, w, h, true
	f.pix = append(f.pix[:0], pix...)
}

// New returns a stage without a frame.
func New(o Options) *Stage {
	if o.Severity == 0 {
		o.Severity = 3
	}
	if o.Eps == 0 {
		o.Eps = 8
	}
	s := &Stage{options: o, line: 0.5, lineAt: 0.5}
	s.chosen = max(slices.IndexFunc(o.Corruptions, func(c Choice) bool { return c.Name == o.Corruption }), 0)
	s.setting = Setting{Severity: o.Severity, Attack: o.Attack, Eps: o.Eps, Chosen: o.Chosen}
	for i := range s.panels {
		s.panels[i].calm = o.Calm
	}
	for i := range s.tiles {
		s.tiles[i].calm = o.Calm
	}
	s.choose(0)
	return s
}

// choose moves on in the list of corruptions.
func (s *Stage) choose(by int) {
	n := len(s.options.Corruptions)
	s.chosen = ((s.chosen+by)%n + n) % n
	s.setting.Corruption = s.options.Corruptions[s.chosen].Name
	if s.setting.Mosaic = nil; s.mode == Mosaic {
		for i := range Tiles {
			s.setting.Mosaic = append(s.setting.Mosaic, s.options.Corruptions[(s.chosen+i)%n].Name)
		}
	}
}

// label returns what people call a corruption.
func (s *Stage) label(name string) string {
	for _, c := range s.options.Corruptions {
		if c.Name == name {
			return c.Label
		}
	}
	return name
}

// Setting returns what requests ask for now.
func (s *Stage) Setting() Setting { return s.setting }

// Mode returns the arrangement of the images.
func (s *Stage) Mode() Mode { return s.mode }

// Counts returns what has happened to frames and answers.
func (s *Stage) Counts() Counts { return s.counts }

// SetSource says what the frames come from now.
func (s *Stage) SetSource(name string) { s.options.Source = name }

// noticeFor is how long a notice stays.
const noticeFor = 12 * time.Second

// Notify shows a sentence for a while.
func (s *Stage) Notify(now time.Duration, sentence string) { s.notice, s.noticeAt = sentence, now }

// Notice returns the sentence that is shown for a while, or "".
func (s *Stage) Notice(now time.Duration) string {
	if now-s.noticeAt >= noticeFor {
		return ""
	}
	return s.notice
}

// Offer takes a frame, RGBA, w×h pixels. It copies it. If one is waiting already, that one is dropped; while a frame is held,
// all others are ignored.
func (s *Stage) Offer(now time.Duration, pix []byte, w, h int) {
	if s.held && s.counts.Frames > 0 {
		return
	}
	if len(pix) != 4*w*h || len(pix) == 0 {
		panic(fmt.Sprintf("stage: a frame of %d bytes for %d×%d pixels", len(pix), w, h))
	}
	s.counts.Frames++
	if s.waiting.present {
		s.counts.Dropped++
	}
	s.waiting.set(s.counts.Frames, pix, w, h)
	if !s.answered { // something to see before the first answer
		s.images[Original].set(pix, w, h)
	}
}

// Next returns what is to be computed, if there is a frame and nothing is under way.
func (s *Stage) Next(now time.Duration) (Request, bool) {
	if s.underWay != 0 {
		return Request{}, false
	}
	switch {
	case s.waiting.present:
		s.waiting, s.asked = s.asked, s.waiting
		s.waiting.present = false
	case s.held && s.asked.present: // again, since the setting may be another
	default:
		return Request{}, false
	}
	s.counts.Asked++
	s.underWay, s.askedAt = s.counts.Asked, now
	setting := s.setting
	setting.Mosaic = slices.Clone(setting.Mosaic)
	return Request{s.underWay, s.asked.number, setting, s.asked.w, s.asked.h, s.asked.pix}, true
}

// Answer takes the answer to the request that is under way, and copies what it shows. Answers to others are ignored.
func (s *Stage) Answer(now time.Duration, a Answer) {
	if a.Number == 0 || a.Number != s.underWay {
		s.counts.Stale++
		return
	}
	s.underWay = 0
	if s.problem = a.Err; a.Err != "" {
		return
	}
	s.counts.Answered++
	s.rate.add(now)
	s.Latency.Add(now - s.askedAt)
	s.answered = true
	s.show(now, &a)
}

// show puts an answer on the stage.
func (s *Stage) show(now time.Duration, a *Answer) {
	m := moment{at: now}
	fades := s.counts.Answered > 1 && !s.options.Calm && !a.Setting.looksLike(&s.answer.Setting)
	for i, seen := range []*Seen{&a.Original, a.Corrupted, a.Adversary} {
		s.place(now, ImageID(i), seen, fades && i > 0)
		if seen == nil {
			s.panels[i].clear(now)
			continue
		}
		s.panels[i].set(now, seen.Top)
		m.lanes[i] = seen.answer()
	}
	for i := range Tiles {
		if i >= len(a.Tiles) {
			s.place(now, Tile0+ImageID(i), nil, false)
			s.tiles[i].clear(now)
			continue
		}
		t := &a.Tiles[i]
		s.place(now, Tile0+ImageID(i), t, fades)
		s.tiles[i].set(now, t.Top[:min(1, len(t.Top))])
	}
	s.times.add(m)
	s.answer = *a
	s.refreshDifference()
	if one := a.Single; one != nil && one.TooSlow && s.setting.Attack == Chosen {
		s.setting.Attack, s.setting.Chosen = Universal, "" // the keys do not lead back to it
		s.Notify(now, fmt.Sprintf("%s takes %d ms a frame here, more than %d: this is universal noise instead.", one.Attack,
			one.Measured.Milliseconds(), Limit.Milliseconds()))
	}
}

// place puts what was seen in an image's place, or nothing. Where it fades, what was there remains as the image before it.
func (s *Stage) place(now time.Duration, id ImageID, seen *Seen, fades bool) {
	m, before := &s.images[id], &s.images[id.before()]
	if seen == nil {
		m.W, before.W = 0, 0
		return
	}
	if m.W != seen.W || m.H != seen.H {
		before.W = 0
	} else if fades {
		before.set(m.Pix, m.W, m.H)
		s.placedAt[id] = now
	}
	m.set(seen.Pixels, seen.W, seen.H)
}

// fadeFor is how long the image before takes to fade out.
const fadeFor = 300 * time.Millisecond

// fade returns how much of the image before is still seen: 1 at first, then 0.
func (s *Stage) fade(now time.Duration, id ImageID) float64 {
	left := 1 - float64(now-s.placedAt[id])/float64(fadeFor)
	if s.images[id.before()].W == 0 || left <= 0 {
		return 0
	}
	left = min(left, 1)
	return left * left * (3 - 2*left)
}

// most returns which image is the most changed: the adversarial one, or the corrupted one without an attack.
func (s *Stage) most() ImageID {
	if s.images[Adversarial].W == 0 {
		return Corrupted
	}
	return Adversarial
}

// refreshDifference computes by how much the difference can be magnified, if it is shown.
func (s *Stage) refreshDifference() {
	if s.diff {
		s.magnified = magnification(&s.images[Original], &s.images[s.most()])
	}
}

// Image returns one of the images on the stage.
func (s *Stage) Image(id ImageID) *Image { return &s.images[id] }

// Point moves the line of a split to the mouse, at x and y in a window of width × height, while its button is down and was
// pressed on the image.
func (s *Stage) Point(x, y, width, height float64, down bool) {
	if !down || s.mode != Split {
		s.dragging = false
		return
	}
	image := Arrange(s.mode, 2, width, height, s.large).Panels[0].Image
	if !s.dragging && !image.Contains(Rect{x, y, 0, 0}) {
		return
	}
	s.dragging = true
	s.lineAt = min(max((x-image.X)/max(image.W, 1), 0), 1)
	s.line = s.lineAt // under the mouse
}

// move brings what moves to where it is now.
func (s *Stage) move(now time.Duration) {
	if s.line = toward(s.line, s.lineAt, max(now-s.movedAt, 0)); s.options.Calm {
		s.line = s.lineAt
	}
	s.movedAt = now
	for i := range s.panels {
		s.panels[i].move(now)
	}
	for i := range s.tiles {
		s.tiles[i].move(now)
	}
}

// rate counts events of the last two seconds.
type rate struct{ at []time.Duration }

const rateOver = 2 * time.Second

func (r *rate) add(now time.Duration) {
	old := 0
	for old < len(r.at) && now-r.at[old] >= rateOver {
		old++
	}
	r.at = append(r.at[:0], r.at[old:]...)
	r.at = append(r.at, now)
}

// perSecond returns the events a second of late.
func (r *rate) perSecond(now time.Duration) float64 {
	n := 0
	for _, at := range r.at {
		if now-at < rateOver {
			n++
		}
	}
	over := min(now, rateOver)
	if n == 0 || over <= 0 {
		return 0
	}
	return float64(n) / over.Seconds()
}

// percent writes a probability, never as 100 % or 0 % where it is not.
func percent(p float64) string {
	switch v := math.Round(100 * p); {
	case v >= 100 && p < 1:
		return ">99 %"
	case v <= 0 && p > 0:
		return "<1 %"
	default:
		return fmt.Sprintf("%.0f %%", v)
	}
}
