package stage

import (
	"fmt"
	"image/color"
	"slices"
	"strings"
	"time"
)

// Kind is what an item of a scene is.
type Kind int

const (
	Fill Kind = iota // a rectangle of one color
	Show             // a view of an image, scaled to the rectangle
	Text             // a line of text, in the middle of the rectangle's height
)

// Align is where in its rectangle a text is.
type Align int

const (
	Left Align = iota
	Middle
	Right
)

// Item is one thing to draw.
type Item struct {
	Kind  Kind
	Rect  Rect
	Color color.NRGBA // of a fill, a text, or the line of a view
	View  View
	Text  string  // one that is too wide is made narrower, and then ends in an ellipsis
	Size  float64 // of a text, in pixels
	Bold  bool
	Align Align
}

// View is what is shown of an image. All that it names have one size. Whatever goes beyond the image itself is for a shader.
type View struct {
	Image  ImageID
	Before ImageID // that gives way to it
	Fade   float64 // how much of Before is still seen, 0 to 1
	Times  int     // by how much its difference from the original is magnified, around middle gray; 0 for the image itself
	Line   float64 // left of it, as a part of the width, is the original
	Width  float64 // of the line in pixels; 0 for no line, and nothing left of it
}

// Scene is what to draw, in order.
type Scene struct {
	Background color.NRGBA
	Layout     Layout
	Items      []Item
}

// painter puts items into a scene.
type painter struct {
	*Stage
	scene   Scene
	palette *Palette
	u       float64
	now     time.Duration
}

func (p *painter) fill(r Rect, c color.NRGBA) {
	if r.W > 0 && r.H > 0 && c.A > 0 {
		p.scene.Items = append(p.scene.Items, Item{Kind: Fill, Rect: r, Color: c})
	}
}

func (p *painter) text(r Rect, s string, size float64, bold bool, align Align, c color.NRGBA) {
	if s != "" && r.W > 0 && r.H > 0 && c.A > 0 {
		p.scene.Items = append(p.scene.Items, Item{Kind: Text, Rect: r, Text: s, Size: size * p.u, Bold: bold, Align: align, Color: c})
	}
}

func (p *painter) show(r Rect, v View) {
	if p.images[v.Image].W == 0 || r.W <= 0 || r.H <= 0 {
		p.fill(r, p.palette.Well)
		return
	}
	if v.Before = v.Image.before(); v.Times == 0 { // the one before is of another frame, whose difference is of no interest
		v.Fade = p.fade(p.now, v.Image)
	}
	p.scene.Items = append(p.scene.Items, Item{Kind: Show, Rect: r, View: v, Color: p.palette.Ink})
}

// shown returns the images that stand side by side.
func (s *Stage) shown() []ImageID {
	list := []ImageID{Original, Corrupted}
	if s.setting.Attack != NoAttack {
		list = append(list, Adversarial)
	}
	if s.diff {
		list = append(list, Difference)
	}
	return list
}

// Scene returns what to draw now in a window of a size in pixels.
func (s *Stage) Scene(now time.Duration, width, height float64) Scene {
	s.move(now)
	s.drawn.add(now)
	p := &painter{Stage: s, palette: &Dark, now: now}
	if s.light {
		p.palette = &Light
	}
	shown := s.shown()
	p.scene = Scene{Background: p.palette.Paper, Layout: Arrange(s.mode, len(shown), width, height, s.large)}
	p.u = p.scene.Layout.Unit
	p.header()
	switch s.mode {
	case Split:
		p.split()
	case Mosaic:
		p.mosaic()
	default:
		for i, id := range shown {
			p.panel(p.scene.Layout.Panels[i], id)
		}
	}
	p.timeline()
	p.footer()
	if s.help {
		p.helpOver(Rect{0, 0, width, height})
	}
	return p.scene
}

func (p *painter) header() {
	room := p.scene.Layout.Header
	upper := room.top(2.2 * p.u)
	upper.top(0.1 * p.u)
	title := fmt.Sprintf("%s, severity %d", p.label(p.setting.Corruption), p.setting.Severity)
	if p.mode == Mosaic {
		title = fmt.Sprintf("%s and eight more, severity %d", p.label(p.setting.Corruption), p.setting.Severity)
	}
	rate := p.rate.perSecond(p.now)
	state := fmt.Sprintf("%.0f answers/s", rate)
	if rate < 9.95 {
		state = fmt.Sprintf("%.1f answers/s", rate)
	}
	if p.held {
		state = "held · " + state
	}
	source := p.options.Network + " · " + p.options.Source
	wide := func(r Rect) (Rect, Rect) {
		left, right := r, r
		left.W = 0.7*r.W - p.u
		right.X, right.W = r.X+0.7*r.W, 0.3*r.W
		return left, right
	}
	left := room
	if room.H > 3*p.u { // a line more
		a, b := wide(left.bottom(1.5 * p.u))
		p.text(upper, title, 1.75, true, Left, p.palette.Ink)
		p.text(a, source, 1.05, false, Left, p.palette.Soft)
		p.text(b, state, 1.05, false, Right, p.palette.Soft)
	} else {
		a, b := wide(upper)
		p.text(a, title, 1.75, true, Left, p.palette.Ink)
		p.text(b, state, 1.15, false, Right, p.palette.Soft)
		left, b = wide(room)
		p.text(b, source, 1.05, false, Right, p.palette.Soft)
	}
	switch top := p.panels[Original].top; {
	case p.mode == Mosaic && len(top) > 0:
		p.text(left, fmt.Sprintf("the original: %s, %s", top[0].Name, percent(top[0].P)), 1.15, false, Left, p.palette.Original)
	case p.mode == Mosaic:
	case p.setting.Attack != NoAttack:
		p.text(left, p.attackCaption(), 1.15, false, Left, p.palette.Adversarial)
	default:
		p.text(left, "no attack", 1.15, false, Left, p.palette.Soft)
	}
}

func (p *painter) attackCaption() string {
	eps := p.setting.Eps
	current := p.answer.Setting.Attack == p.setting.Attack && p.answer.Setting.Eps == eps
	switch {
	case p.setting.Attack == Universal && current && p.answer.Noise != nil:
		return p.answer.Noise.caption(eps)
	case p.setting.Attack == Universal:
		return fmt.Sprintf("universal noise ±%d/255", eps)
	case current && p.answer.Single != nil:
		return p.answer.Single.caption(eps)
	case p.setting.Attack == Chosen:
		name, _, _ := strings.Cut(p.setting.Chosen, "{")
		return name
	}
	return fmt.Sprintf("strongest attack within %d ms, ±%d/255", Limit.Milliseconds(), eps)
}

var names = [...]string{Original: "Original", Corrupted: "Corrupted", Adversarial: "Adversarial", Difference: "Change"}

// panel draws an image with its title and the bars of its answer.
func (p *painter) panel(at Panel, id ImageID) {
	accent := p.palette.of(id)
	p.fill(at.Frame, p.palette.Sheet)
	p.fill(Rect{at.Frame.X, at.Frame.Y, at.Frame.W, max(0.22*p.u, 2)}, accent)
	p.title(at.Title, id, names[id])
	if id != Difference {
		p.show(at.Image, View{Image: id})
		p.bars(at.Bars, &p.panels[id], accent)
		return
	}
	line := at.Bars
	line.H = min(line.H, barRow*p.u)
	if p.magnified == 0 {
		p.fill(at.Image, gray)
		p.text(line, "nothing differs", 1, false, Left, p.palette.Soft)
		return
	}
	p.show(at.Image, View{Image: p.most(), Times: p.magnified})
	p.text(line, fmt.Sprintf("%d times, around gray", p.magnified), 1, false, Left, p.palette.Soft)
}

var gray = color.NRGBA{128, 128, 128, 255}

// title writes what an image is, and whether its answer differs from that to the original.
func (p *painter) title(r Rect, id ImageID, name string) {
	left, right := r, r
	left.W = 0.5 * r.W
	right.X, right.W = r.X+0.5*r.W, 0.5*r.W
	p.text(left, name, 1.15, true, Left, p.palette.of(id))
	if id == Original || id == Difference || len(p.panels[id].top) == 0 || len(p.panels[Original].top) == 0 {
		return
	}
	if p.panels[id].top[0].Class == p.panels[Original].top[0].Class {
		p.text(right, p.words(r, "same answer", "same"), 1, false, Right, p.palette.Soft)
	} else {
		p.text(right, p.words(r, "answer changed", "changed"), 1, true, Right, p.palette.Wrong)
	}
}

// words returns the longer words where there is room for them beside a title.
func (p *painter) words(room Rect, longer, shorter string) string {
	if room.W < 16.5*p.u {
		return shorter
	}
	return longer
}

// bars draws as many bars as there is room for.
func (p *painter) bars(room Rect, b *bars, accent color.NRGBA) {
	row := barRow * p.u
	rows := min(int(room.H/row+0.01), 5)
	for _, bar := range slices.Backward(b.shown) { // what moves up covers what it passes
		alpha := min(float64(rows)-bar.Row, 1)
		if alpha <= 0.02 || rows == 0 {
			continue
		}
		track := Rect{room.X, room.Y + min(bar.Row, float64(rows-1))*row, room.W, row - 0.25*p.u}
		length := track
		length.W *= min(max(bar.P, 0), 1)
		p.fill(track, faint(p.palette.Well, alpha))
		p.fill(length, faint(accent, 0.45*alpha))
		p.fill(Rect{length.X, length.Y, min(max(0.18*p.u, 2), track.W), length.H}, faint(accent, alpha))
		words := Rect{track.X + 0.5*p.u, track.Y, track.W - 4.6*p.u, track.H}
		number := Rect{words.Right() + 0.2*p.u, track.Y, track.Right() - words.Right() - 0.6*p.u, track.H}
		bold := len(b.top) > 0 && bar.Class == b.top[0].Class
		p.text(words, bar.Name, 1, bold, Left, faint(p.palette.Ink, alpha))
		p.text(number, percent(bar.P), 1, bold, Right, faint(p.palette.Ink, alpha))
	}
}

// split draws the original to the left of the line, and the most changed image, or its difference, to the right.
func (p *painter) split() {
	other := Corrupted
	if p.setting.Attack != NoAttack {
		other = Adversarial
	}
	for i, id := range []ImageID{Original, other} {
		at := p.scene.Layout.Panels[i]
		name := names[id]
		if i == 1 && p.diff && p.magnified > 0 {
			name = fmt.Sprintf("Change ×%d", p.magnified)
		}
		p.fill(at.Frame, p.palette.Sheet)
		p.fill(Rect{at.Frame.X, at.Frame.Y, at.Frame.W, max(0.22*p.u, 2)}, p.palette.of(id))
		p.title(at.Title, id, name)
		p.bars(at.Bars, &p.panels[id], p.palette.of(id))
	}
	image, v := p.scene.Layout.Panels[0].Image, View{Image: Original}
	if a, b := &p.images[Original], &p.images[other]; a.W == b.W && a.H == b.H { // not before the first answer
		v.Image = other
		if p.diff {
			v.Image, v.Times = p.most(), p.magnified
		}
	}
	v.Width = max(0.2*p.u, 3)
	edge := min(v.Width/2/max(image.W, 1), 0.5) // all of the line is seen
	v.Line = min(max(p.line, edge), 1-edge)
	p.show(image, v)
}

// mosaic draws nine corruptions.
func (p *painter) mosaic() {
	for i, at := range p.scene.Layout.Panels {
		id := ImageID(int(Tile0) + i)
		name := ""
		if i < len(p.answer.Setting.Mosaic) {
			name = p.answer.Setting.Mosaic[i]
		}
		accent := p.palette.Corrupted
		if top, original := p.tiles[i].top, p.panels[Original].top; len(top) > 0 && len(original) > 0 && top[0].Class != original[0].Class {
			accent = p.palette.Wrong
		}
		p.fill(at.Frame, p.palette.Sheet)
		p.fill(Rect{at.Frame.X, at.Frame.Y, max(0.22*p.u, 2), at.Frame.H}, accent)
		p.text(at.Title, p.label(name), 1.05, true, Left, p.palette.Ink)
		p.show(at.Image, View{Image: id})
		first := at.Bars
		p.bars(first.top(barRow*p.u), &p.tiles[i], accent)
		if at.Bars.H > 2*barRow*p.u-0.5 && accent == p.palette.Wrong {
			p.text(Rect{at.Bars.X, at.Bars.Y + barRow*p.u, at.Bars.W, barRow * p.u}, "answer changed", 0.95, false, Left, p.palette.Wrong)
		}
	}
}

// timeline draws what was answered in the last seconds, a lane for each image.
func (p *painter) timeline() {
	room := p.scene.Layout.Timeline
	if room.H <= 0 {
		return
	}
	lanes := []ImageID{Original, Corrupted, Adversarial}
	if p.setting.Attack == NoAttack {
		lanes = lanes[:2]
	}
	height := 1.4 * p.u
	for i, id := range lanes {
		lane := Rect{room.X, room.Y + float64(i)*height, room.W, height - 0.2*p.u}
		name := lane
		name.W = 6.5 * p.u
		lane.X, lane.W = name.Right(), lane.W-name.W
		p.text(name, names[id], 0.9, false, Left, p.palette.of(id))
		p.fill(lane, p.palette.Well)
		for _, s := range p.times.lane(i, p.now) {
			r := Rect{lane.X + s.From*lane.W, lane.Y, (s.To - s.From) * lane.W, lane.H}
			back, ink := faint(p.palette.of(id), 0.4), p.palette.Ink
			if s.Differs {
				back, ink = p.palette.Wrong, p.palette.OnWrong
			}
			p.fill(r, back)
			p.fill(Rect{r.X, r.Y, min(max(0.08*p.u, 1), r.W), r.H}, p.palette.Paper)
			if words := (Rect{r.X + 0.4*p.u, r.Y, r.W - 0.6*p.u, r.H}); words.W > 3*p.u {
				p.text(words, s.Name, 0.85, false, Left, ink)
			}
		}
	}
}

// slow is when an answer that has not come is worth a word.
const slow = 2 * time.Second

func (p *painter) footer() {
	room := p.scene.Layout.Footer
	left, right := room, room
	left.W = 0.75 * room.W
	right.X, right.W = left.Right(), room.W-left.W
	if p.stats {
		left.W, right.X, right.W = 0.4*room.W, room.X+0.4*room.W, 0.6*room.W
		if room.W < 50*p.u { // no room for a line beside them
			left.W, right = 0, room
		}
	}
	if notice := p.Notice(p.now); p.problem != "" {
		p.sentence(p.problem, p.palette.Wrong)
		return
	} else if notice != "" {
		p.sentence(notice, p.palette.Ink)
		return
	}
	switch {
	case p.underWay != 0 && p.now-p.askedAt > slow:
		p.text(left, fmt.Sprintf("the network has been computing for %.0f s", (p.now-p.askedAt).Seconds()), 1.05, false, Left, p.palette.Soft)
	case p.counts.Frames == 0:
		p.text(left, "waiting for the first frame", 1.05, false, Left, p.palette.Soft)
	default:
		p.text(left, "the last 10 seconds; bright where answers differ from the original's", 0.9, false, Left, p.hint())
	}
	if p.stats {
		text := fmt.Sprintf("drawn %.0f/s · frames %d, dropped %d · delay %d ms, 95 %% within %d ms", p.drawn.perSecond(p.now), p.counts.Frames,
			p.counts.Dropped, p.Latency.Quantile(0.5).Milliseconds(), p.Latency.Quantile(0.95).Milliseconds())
		p.text(right, text, 0.9, false, Right, p.palette.Soft)
		return
	}
	p.text(right, "H: help", 1.05, false, Right, p.palette.Soft)
}

// sentence writes something that has to be read over the whole width: a long one in two lines.
func (p *painter) sentence(text string, c color.NRGBA) {
	room := p.scene.Layout.Footer
	half := len(text) / 2
	if at := strings.Index(text[half:], " "); at >= 0 && float64(len(text)) > room.W/(0.55*p.u) {
		room.Y, room.H = room.Y-0.4*p.u, room.H+p.u
		p.text(room.top(room.H/2), text[:half+at], 1.05, true, Left, c)
		text = text[half+at+1:]
	}
	p.text(room, text, 1.05, true, Left, c)
}

// hint returns the color of the line below the timeline, none where there is no timeline.
func (p *painter) hint() color.NRGBA {
	if p.mode == Mosaic {
		return color.NRGBA{}
	}
	return p.palette.Soft
}

// helpOver lays the list of keys over everything.
func (p *painter) helpOver(window Rect) {
	p.fill(window, faint(p.palette.Paper, 0.6))
	row := min(2.0*p.u, (window.H-6*p.u)/float64(len(actions)+1))
	w := min(window.W-2*p.u, 44*p.u)
	box := Rect{(window.W - w) / 2, 0, w, row*float64(len(actions)+1) + 2.5*p.u}
	box.Y = (window.H - box.H) / 2
	p.fill(box, p.palette.Sheet)
	p.fill(Rect{box.X, box.Y, box.W, max(0.22*p.u, 2)}, p.palette.Original)
	inner := box.Inset(1.2 * p.u)
	p.text(inner.top(row), "Keys", 1.4, true, Left, p.palette.Ink)
	for _, a := range actions {
		line := inner.top(row)
		keys := line
		keys.W = 5 * p.u
		line.X, line.W = keys.Right(), line.W-keys.W
		p.text(keys, a.Shown, 1.1, true, Left, p.palette.Original)
		p.text(line, a.Help, 1.1, false, Left, p.palette.Ink)
	}
}
