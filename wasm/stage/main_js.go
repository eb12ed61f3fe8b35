package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall/js"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"steady/core/img"
	"steady/core/stage"
	"steady/core/stage/footage"
	"steady/tools/stage/draw"
)

func main() {
	if err := run(js.Global().Get("steadyStage")); err != nil {
		fmt.Fprintln(os.Stderr, "stage:", err) // to the browser's console; the script sees that the program has ended
		os.Exit(1)
	}
}

func run(script js.Value) error {
	var o stage.Options
	if err := json.Unmarshal([]byte(script.Get("options").String()), &o); err != nil {
		return err
	}
	if len(o.Corruptions) == 0 {
		return errors.New("there are no corruptions to choose from")
	}
	picture, err := pictureOf(script.Get("picture"))
	if err != nil {
		return err
	}
	p := &player{script: script, stage: stage.New(o), picture: picture, calm: o.Calm, began: time.Now(), array: js.Global().Get("Uint8Array")}
	p.listen()
	actions, err := json.Marshal(keysOf(stage.Actions()))
	if err != nil {
		return err
	}
	script.Call("ready", string(actions))
	ebiten.SetTPS(ebiten.SyncWithFPS) // what moves does so by time
	return ebiten.RunGame(p)
}

// pictureOf returns the page's picture, which may move a little.
func pictureOf(v js.Value) (*footage.Still, error) {
	m, err := img.FromRGBA(bytesOf(nil, v.Get("pixels")), v.Get("width").Int(), v.Get("height").Int())
	if err != nil {
		return nil, err
	}
	return footage.NewStill(m), nil
}

// key is one of the keys, for buttons in their place.
type key struct {
	Key  string `json:"key"`
	Help string `json:"help"`
}

func keysOf(actions []stage.Action) (list []key) {
	for _, a := range actions {
		for _, k := range a.Keys {
			list = append(list, key{k, a.Help})
		}
	}
	return list
}

// player plays the stage. Ebitengine calls Update, Draw and LayoutF; the script calls in between, never while one of them runs, since
// none of them waits for anything.
type player struct {
	script, array js.Value
	stage         *stage.Stage
	renderer      draw.Renderer
	began         time.Time
	width, height float64

	source  string
	picture *footage.Still
	calm    bool
	frame   int           // of the picture or the pattern
	next    time.Duration // when it is due
	pix     []byte
	asked   uint64 // the request that is under way
	answer  []byte

	said    string
	saidAt  time.Duration
	alerted string
	drawn   int
	times   stage.Histogram // between two drawn frames
	last    time.Time
}

func (p *player) now() time.Duration { return time.Since(p.began) }

// listen sets what the script may call.
func (p *player) listen() {
	for name, f := range map[string]func(args []js.Value) any{
		"press": func(a []js.Value) any { return effects[p.stage.Press(a[0].String())] },
		"answer": func(a []js.Value) any {
			p.answer = bytesOf(p.answer, a[1])
			answer, err := stage.DecodeAnswer(a[0].String(), p.answer)
			if err != nil {
				fmt.Println("stage:", err) // to the browser's console; the next one may be right
				answer = stage.Answer{Number: p.asked, Err: "An answer could not be read."}
			}
			p.stage.Answer(p.now(), answer)
			p.ask()
			return nil
		},
		"refuse": func(a []js.Value) any {
			p.stage.Answer(p.now(), stage.Answer{Number: uint64(a[0].Int()), Err: a[1].String()})
			return nil
		},
		"use": func(a []js.Value) any {
			p.source, p.frame, p.next = a[0].String(), 0, p.now()
			p.stage.SetSource(a[1].String())
			return nil
		},
		"notify": func(a []js.Value) any { p.stage.Notify(p.now(), a[0].String()); return nil },
		"counts": func([]js.Value) any { return p.counts() },
	} {
		p.script.Set(name, js.FuncOf(func(_ js.Value, args []js.Value) any { return f(args) }))
	}
}

var effects = map[stage.Effect]string{stage.Nothing: "", stage.Quit: "quit", stage.ToggleFullscreen: "fullscreen", stage.NextSource: "source"}

// Update takes what has come, and hands on what is to be done.
func (p *player) Update() error {
	p.offer()
	p.ask()
	x, y := ebiten.CursorPosition()
	down := ebiten.IsMouseButtonPressed(ebiten.MouseButtonLeft)
	if touches := ebiten.AppendTouchIDs(nil); len(touches) > 0 {
		x, y = ebiten.TouchPosition(touches[0])
		down = true
	}
	p.stage.Point(float64(x), float64(y), p.width, p.height, down)
	p.alert()
	p.announce()
	return nil
}

// offer offers the newest frame to the stage.
func (p *player) offer() {
	now := p.now()
	if p.source == "camera" {
		if frame := p.script.Call("camera"); !frame.IsNull() {
			side := p.script.Get("side").Int()
			p.pix = bytesOf(p.pix, frame)
			p.stage.Offer(now, p.pix, side, side)
		}
		return
	}
	if p.source == "" || now < p.next {
		return
	}
	if p.next += footage.Interval; p.next < now { // late: no rush to catch up
		p.next = now
	}
	if p.source == "picture" {
		n := p.frame
		if p.calm {
			n = 0
		}
		p.stage.Offer(now, p.picture.Frame(n), footage.Side, footage.Side)
	} else {
		p.pix = footage.Pattern(p.pix, p.frame)
		p.stage.Offer(now, p.pix, footage.Side, footage.Side)
	}
	p.frame++
}

// ask asks for an answer, unless one is under way.
func (p *player) ask() {
	q, ok := p.stage.Next(p.now())
	if !ok {
		return
	}
	p.asked = q.Number
	text, pixels := q.Encode()
	array := p.array.New(len(pixels)) // a new one each time: the script hands it over to the worker
	js.CopyBytesToJS(array, pixels)
	p.script.Call("ask", text, array)
}

// alert says what the stage notifies of, for as long as that is shown.
func (p *player) alert() {
	if text := p.stage.Notice(p.now()); text != p.alerted {
		p.alerted = text
		p.script.Call("alert", text)
	}
}

// quiet is the least time between two things that are said.
const quiet = 3 * time.Second

// announce says what has changed, now and then.
func (p *player) announce() {
	now := p.now()
	if p.said != "" && now-p.saidAt < quiet {
		return
	}
	if text := p.stage.Summary(); text != p.said {
		p.said, p.saidAt = text, now
		p.script.Call("say", text)
	}
}

// Draw draws the stage.
func (p *player) Draw(screen *ebiten.Image) {
	b := screen.Bounds()
	scene := p.stage.Scene(p.now(), float64(b.Dx()), float64(b.Dy()))
	p.renderer.Draw(screen, p.stage, &scene)
	p.drawn++
	at := time.Now()
	if !p.last.IsZero() {
		p.times.Add(at.Sub(p.last))
	}
	p.last = at
}

// LayoutF returns the size of the screen in real pixels, so that text is sharp.
func (p *player) LayoutF(width, height float64) (float64, float64) {
	scale := ebiten.Monitor().DeviceScaleFactor()
	p.width, p.height = width*scale, height*scale
	return p.width, p.height
}

// Layout is not called where there is LayoutF.
func (p *player) Layout(int, int) (int, int) { panic("unreachable") }

// counts says how it goes, for tests and measurements.
func (p *player) counts() string {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	c, s := p.stage.Counts(), p.stage.Setting()
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b, err := json.Marshal(map[string]any{"drawn": p.drawn, "frames": c.Frames, "dropped": c.Dropped, "asked": c.Asked, "answered": c.Answered,
		"between": ms(p.times.Quantile(0.5)), "between95": ms(p.times.Quantile(0.95)), "delay": ms(p.stage.Latency.Quantile(0.5)),
		"delay95": ms(p.stage.Latency.Quantile(0.95)), "heap": m.HeapAlloc, "sys": m.Sys, "seconds": p.now().Seconds(),
		"corruption": s.Corruption, "severity": s.Severity, "attack": int(s.Attack), "mode": int(p.stage.Mode()), "source": p.source})
	if err != nil {
		panic(err) // numbers and texts
	}
	return string(b)
}

// bytesOf copies a Uint8Array or Uint8ClampedArray, into the memory of dst if that is enough.
func bytesOf(dst []byte, array js.Value) []byte {
	n := array.Get("byteLength").Int()
	if cap(dst) < n {
		dst = make([]byte, n)
	}
	dst = dst[:n]
	js.CopyBytesToGo(dst, array)
	return dst
}
