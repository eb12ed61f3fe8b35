package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"steady/core/attack"
	"steady/core/corrupt"
	"steady/core/loss"
	"steady/core/nn"
	"steady/core/onnx"
)

const side = 8

// network makes a file of a network that says which channel is the brightest.
func network(t testing.TB, channels int) []byte {
	t.Helper()
	const classes = 3
	pixels := side * side
	weight := make([]float32, classes*channels*pixels)
	for k := range classes {
		for i := range pixels {
			weight[k*channels*pixels+(k%channels)*pixels+i] = 20 / float32(pixels) * float32(1+k/channels)
		}
	}
	n := &nn.Network{
		Name:  "brightest",
		Image: nn.Shape{channels, side, side},
		Layers: []nn.Layer{
			{Name: "flat", Op: &nn.Reshape{Shape: nn.Shape{channels * pixels}}, In: []nn.Value{nn.Input}},
			{Name: "sum", Op: &nn.Linear{
				Weight: &nn.Param{Name: "w", Shape: []int{classes, channels * pixels}, Data: weight},
			}, In: []nn.Value{1}},
		},
		Output: 2,
		Labels: []string{"red", "green", "blue"},
	}
	b, err := onnx.Write(n)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func picture(t testing.TB, w, h int, c color.Color) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bomb is a PNG whose header promises more pixels than anyone should take.
func bomb() []byte {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), 60000)
	head = binary.BigEndian.AppendUint32(head, 60000)
	head = append(head, 8, 2, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	b = append(b, head...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
}

// reddish is a picture that the test network calls red, not by far.
func reddish(t testing.TB) []byte { return picture(t, 30, 20, color.NRGBA{140, 120, 110, 255}) }

func ready(t testing.TB) *lab {
	t.Helper()
	l := &lab{}
	if _, err := l.setNetwork(networkArgs{}, network(t, 3)); err != nil {
		t.Fatal(err)
	}
	if _, err := l.setPicture(pictureArgs{}, reddish(t)); err != nil {
		t.Fatal(err)
	}
	return l
}

var noise = shakeArgs{Corruption: "gaussian_noise", Severity: 3, Seed: 7, Where: "net"}

func TestDescribe(t *testing.T) {
	d := (&lab{}).describe()
	if len(d.Corruptions) != len(corrupt.All()) {
		t.Errorf("%d corruptions, want those of the registry", len(d.Corruptions))
	}
	if len(d.Attacks) != len(attack.All()) {
		t.Errorf("%d attacks, want those of the registry", len(d.Attacks))
	}
	for i, c := range corrupt.All() {
		if got := d.Corruptions[i]; got.Name != c.Name || got.Label != c.Label() {
			t.Errorf("corruption %d is %q, called %q; want %q, called %q", i, got.Name, got.Label, c.Name, c.Label())
		}
	}
	for _, a := range d.Attacks {
		method, err := attack.Lookup(a.Name)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Norms) != max(1, len(method.Norms)) || a.Source == "" || a.Access != string(method.Access) {
			t.Errorf("%s: %d norms, access %q, source %q", a.Name, len(a.Norms), a.Access, a.Source)
		}
		for _, n := range a.Norms {
			var has []string
			for _, c := range n.Controls {
				has = append(has, c.Name)
				if c.Value < c.Min || c.Value > c.Max || c.Label == "" || (c.Kind == "choice") != (len(c.Options) > 0) {
					t.Errorf("%s %s: the control %+v", a.Name, n.Norm, c)
				}
			}
			for _, p := range method.Parameters {
				if want := p != "continue" || !method.SingleStep(); slices.Contains(has, string(p)) != want {
					t.Errorf("%s %s: the controls %q: %s among them, want %v", a.Name, n.Norm, has, p, want)
				}
			}
		}
	}
}

func TestSetNetwork(t *testing.T) {
	cases := []struct {
		name string
		args networkArgs
		file []byte
		want string // part of the error; "" for none
	}{
		{"names of the file", networkArgs{}, network(t, 3), ""},
		{"names given", networkArgs{Classes: []string{"a", "b", "c"}}, network(t, 3), ""},
		{"grey with preprocessing for colour", networkArgs{Preprocessing: &preprocessing{
			Scale: 1, Mean: []float32{.4, .5, .6}, Std: []float32{.2, .2, .2}, BGR: true}}, network(t, 1), ""},
		{"too few names", networkArgs{Classes: []string{"a", "b"}}, network(t, 3), "2 class names"},
		{"no network", networkArgs{}, []byte("hello"), "onnx"},
		{"cut short", networkArgs{}, network(t, 3)[:100], "onnx"},
		{"means of the wrong number", networkArgs{Preprocessing: &preprocessing{
			Scale: 1, Mean: []float32{1, 2}, Std: []float32{1}}}, network(t, 3), "preprocess"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := ready(t)
			before := l.engine
			info, err := l.setNetwork(c.args, c.file)
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Fatalf("error %v, want one with %q", err, c.want)
				}
				if l.engine != before {
					t.Error("the network before is gone")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(info.Classes) != 3 || len(info.Input) != 3 || info.Params == 0 || info.MACs == 0 {
				t.Errorf("info %+v is not whole", info)
			}
		})
	}
}

func TestSetPicture(t *testing.T) {
	whole := reddish(t)
	cases := []struct {
		name string
		args pictureArgs
		data []byte
		want string
	}{
		{"a file", pictureArgs{}, whole, ""},
		{"pixels", pictureArgs{2, 1}, make([]byte, 8), ""},
		{"too few pixels", pictureArgs{2, 2}, make([]byte, 8), "broken"},
		{"negative size", pictureArgs{-2, -1}, make([]byte, 8), "broken"},
		{"no picture", pictureArgs{}, []byte("hello, I am a text"), "not a picture"},
		{"nothing", pictureArgs{}, nil, "not a picture"},
		{"cut short", pictureArgs{}, whole[:len(whole)/2], "broken"},
		{"too large", pictureArgs{}, bomb(), "too large"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := ready(t)
			before := l.view
			_, err := l.setPicture(c.args, c.data)
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want one with %q", err, c.want)
			}
			if l.view != before {
				t.Error("the picture before is gone")
			}
		})
	}
}

func TestLook(t *testing.T) {
	l := &lab{}
	if _, err := l.look(noise, 0, true); err == nil {
		t.Error("a look at no picture gives no error")
	}
	if _, err := l.setPicture(pictureArgs{}, reddish(t)); err != nil {
		t.Fatal(err)
	}
	a, err := l.look(noise, 0, true)
	if err != nil {
		t.Fatal(err)
	}
	if a.Original != nil || len(a.Images) != 2 {
		t.Errorf("without a network: probabilities %v and %d pictures, want none and 2", a.Original, len(a.Images))
	}

	l = ready(t)
	for _, where := range []string{"net", "view"} {
		s := noise
		s.Where = where
		a, err := l.look(s, 0, true)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Images) != 4 || a.Width != 30 || a.Height != 20 {
			t.Errorf("%s: %d pictures of a picture of %d×%d", where, len(a.Images), a.Width, a.Height)
		}
		end := 0
		for _, p := range a.Images {
			if p.Offset != end {
				t.Errorf("%s: %s lies at %d, want %d", where, p.Name, p.Offset, end)
			}
			end = p.Offset + 4*p.Width*p.Height
		}
		if end != len(l.sheet.pix) {
			t.Errorf("%s: pictures end at %d of %d bytes", where, end, len(l.sheet.pix))
		}
		for name, p := range map[string][]float32{"original": a.Original, "shaken": a.Shaken} {
			sum := 0.0
			for _, v := range p {
				sum += float64(v)
			}
			if len(p) != 3 || math.Abs(sum-1) > 1e-5 {
				t.Errorf("%s: %s is %v, want 3 probabilities", where, name, p)
			}
		}
		if a.Original[0] < a.Original[1] || a.Original[0] < a.Original[2] {
			t.Errorf("%s: the red picture has %v", where, a.Original)
		}
	}
	for _, bad := range []shakeArgs{{}, {Corruption: "no such", Severity: 1, Where: "net"},
		{Corruption: "gaussian_noise", Severity: 9, Where: "net"}, {Corruption: "gaussian_noise", Severity: 1, Where: "x"}} {
		if _, err := l.look(bad, 0, true); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// The network gets the bytes that `steady corrupt-set` writes: cut, not rounded, and grey if the network is.
func TestLookStoresAsTheCommand(t *testing.T) {
	for _, channels := range []int{3, 1} {
		l := ready(t)
		if _, err := l.setNetwork(networkArgs{}, network(t, channels)); err != nil {
			t.Fatal(err)
		}
		for _, c := range corrupt.All() {
			a := noise
			a.Corruption, a.Severity = c.Name, 5
			if _, err := l.look(a, 3, true); err != nil {
				t.Fatal(err)
			}
			want := l.small.Clone()
			o := corrupt.Options{Severity: a.Severity, Seed: a.Seed, Index: 3, Grey: channels == 1}
			if err := c.Apply(want, want, o); err != nil {
				t.Fatal(err)
			}
			corrupt.Truncate(want)
			if !slices.Equal(l.shakenSmall.Pix, want.Pix) {
				t.Errorf("%s, %d channels: the page shows the network other bytes than the command writes", c.Name, channels)
			}
		}
	}
}

func TestGallery(t *testing.T) {
	l := &lab{}
	if _, err := l.gallery(galleryArgs{Severity: 3}); err == nil {
		t.Error("a gallery of no picture gives no error")
	}
	l = ready(t)
	for _, bad := range []galleryArgs{{[]string{"fog"}, 6, 1}, {[]string{"fog", "smog"}, 3, 1}} {
		if _, err := l.gallery(bad); err == nil {
			t.Errorf("%+v gives no error", bad)
		}
	}
	checks := make([]byte, 4*viewSize*viewSize)
	for i := range checks {
		checks[i] = byte((40 + 150*((i/4/4+i/4/viewSize/4)%2)) / (1 + i%4)) // orange
	}
	if err := l.setFrame(pictureArgs{viewSize, viewSize}, checks); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, c := range corrupt.All() {
		all = append(all, c.Name)
	}
	g, err := l.gallery(galleryArgs{all, 3, 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Images) != len(all) {
		t.Fatalf("%d pictures, want %d", len(g.Images), len(all))
	}
	original := make([]byte, 4*viewSize*viewSize)
	l.view.PutRGBA(original)
	for i, p := range g.Images {
		if p.Name != all[i] || p.Width != viewSize || p.Height != viewSize {
			t.Errorf("picture %d is %+v, want %s", i, p, all[i])
		}
		if bytes.Equal(l.sheet.pix[p.Offset:][:len(original)], original) {
			t.Errorf("%s leaves the picture as it was", p.Name)
		}
	}
	last := g.Images[len(all)-1]
	want := bytes.Clone(l.sheet.pix[last.Offset:])
	if g, err = l.gallery(galleryArgs{all[len(all)-1:], 3, 1}); err != nil || len(g.Images) != 1 {
		t.Fatalf("%d pictures of one (%v)", len(g.Images), err)
	}
	if !bytes.Equal(l.sheet.pix, want) {
		t.Errorf("%s by itself is another than among all", last.Name)
	}
}

// The same seed must give the same bytes, whatever was looked at before; another seed or index others.
func TestLookIsRepeatable(t *testing.T) {
	l := ready(t)
	see := func(seed, index uint64) []byte {
		s := noise
		s.Seed = seed
		if _, err := l.look(s, index, true); err != nil {
			t.Fatal(err)
		}
		return bytes.Clone(l.sheet.pix)
	}
	first := see(7, 0)
	if bytes.Equal(first, see(8, 0)) || bytes.Equal(first, see(7, 1)) {
		t.Error("another seed or index gives the same noise")
	}
	if !bytes.Equal(first, see(7, 0)) {
		t.Error("the same seed gives other noise")
	}
}

func TestGreyNetworkSeesGrey(t *testing.T) {
	l := ready(t)
	if _, err := l.setNetwork(networkArgs{}, network(t, 1)); err != nil {
		t.Fatal(err)
	}
	for _, where := range []string{"net", "view"} {
		s := noise
		s.Where = where
		a, err := l.look(s, 0, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range a.Images[1:] { // after the view
			for i := p.Offset; i < p.Offset+4*p.Width*p.Height; i += 4 {
				if c := l.sheet.pix[i:]; c[0] != c[1] || c[1] != c[2] {
					t.Fatalf("%s: %s has the colour %v", where, p.Name, c[:3])
				}
			}
		}
	}
}

func TestFrame(t *testing.T) {
	l := ready(t)
	data := bytes.Repeat([]byte{10, 200, 10, 255}, viewSize*viewSize)
	if err := l.setFrame(pictureArgs{viewSize, viewSize}, data); err != nil {
		t.Fatal(err)
	}
	a, err := l.look(noise, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	if a.Original[1] < 0.9 {
		t.Errorf("a green frame has the probabilities %v", a.Original)
	}
	if err := l.setFrame(pictureArgs{4, 4}, data); err == nil {
		t.Error("a frame of another size is taken")
	}
	// The gallery's further workers are given the last frame as a picture.
	for i := range data {
		data[i] = byte(i * i >> 3)
	}
	still := ready(t)
	if _, err := still.setPicture(pictureArgs{viewSize, viewSize}, data); err != nil {
		t.Fatal(err)
	}
	if err := l.setFrame(pictureArgs{viewSize, viewSize}, data); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(still.view.Pix, l.view.Pix) {
		t.Error("the pixels of a frame make another picture")
	}
}

func attackOf(name, norm string, eps float64) attackArgs {
	if norm == "linf" {
		eps *= 255
	}
	return attackArgs{Attack: name, Norm: norm, Values: map[string]float64{"eps": eps, "steps": 5}, Target: -1,
		From: "original", Shake: noise}
}

func TestAttack(t *testing.T) {
	cases := []struct {
		name    string
		args    attackArgs
		change  func(*attackArgs)
		success bool
		after   int // -1: any
	}{
		{"far enough", attackOf("pgd", "linf", 0.2), func(*attackArgs) {}, true, -1},
		{"too near", attackOf("pgd", "linf", 0.001), func(*attackArgs) {}, false, 0},
		{"targeted", attackOf("pgd", "linf", 0.2), func(a *attackArgs) { a.Target = 2 }, true, 2},
		{"one step", attackOf("fgsm", "linf", 0.2), func(a *attackArgs) { delete(a.Values, "steps") }, true, -1},
		{"length", attackOf("pgd", "l2", 3), func(*attackArgs) {}, true, -1},
		{"sum", attackOf("pgd", "l1", 20), func(*attackArgs) {}, true, -1},
		{"of the shaken picture", attackOf("pgd", "linf", 0.2), func(a *attackArgs) { a.From, a.Shake.Severity = "shaken", 1 }, true, -1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := ready(t)
			a := c.args
			c.change(&a)
			last := -1
			end, err := l.attack(context.Background(), a, func(s *stepAnswer, pix []byte) error {
				if s.Step != last+1 {
					t.Errorf("step %d after %d", s.Step, last)
				}
				last = s.Step
				if eps := a.Values["eps"]; a.Norm == "linf" && s.Linf > eps/255+1e-6 || a.Norm == "l2" && s.L2 > eps+1e-5 {
					t.Errorf("step %d is %v (linf), %v (l2) away, want at most %v", s.Step, s.Linf, s.L2, eps)
				}
				if len(s.Images) != 2 || len(pix) != 2*4*side*side {
					t.Errorf("step %d has %d pictures in %d bytes", s.Step, len(s.Images), len(pix))
				}
				if target := max(a.Target, 0); a.Norm == "linf" && math.Abs(s.Loss+math.Log(float64(s.Probs[target]))) > 1e-3 {
					t.Errorf("step %d: the loss is %v with the probability %v", s.Step, s.Loss, s.Probs[target])
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if last < 1 || end.Final == nil || end.Stopped {
				t.Errorf("%d steps, end %+v", last, end)
			}
			if end.Success != c.success || c.after >= 0 && end.After != c.after {
				t.Errorf("success %v with class %d, want %v with %d", end.Success, end.After, c.success, c.after)
			}
			if end.L0 == 0 || end.L0 > end.Elements || end.L1 < end.L2 || end.L2 < end.Linf || end.Gradients == 0 || end.Queries == 0 {
				t.Errorf("the distances and the cost are not those of an attack: %+v", end)
			}
		})
	}
}

// Every attack of the registry runs to its end in every norm, and tells a course that a person can look through.
func TestEveryAttack(t *testing.T) {
	for _, info := range (&lab{}).describe().Attacks {
		for _, n := range info.Norms {
			t.Run(info.Name+" "+n.Norm, func(t *testing.T) {
				l := ready(t)
				a := attackArgs{Attack: info.Name, Norm: n.Norm, Values: map[string]float64{}, Target: -1, From: "original", Shake: noise}
				for _, c := range n.Controls {
					a.Values[c.Name] = c.Value
				}
				if a.Values["queries"] > 0 {
					a.Values["queries"] = 700
				}
				if _, ok := a.Values["search-steps"]; ok {
					a.Values["search-steps"] = 3
				}
				steps, jumps, top, last := 0, 0, 0, -1
				end, err := l.attack(context.Background(), a, func(s *stepAnswer, _ []byte) error {
					steps++
					if s.Step < last || s.Step > s.Steps {
						t.Errorf("step %d of %d after %d", s.Step, s.Steps, last)
					}
					last = s.Step
					if k := loss.ArgMax(s.Probs); k != top {
						top = k
						jumps++
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if end.Final == nil || end.Stopped || steps == 0 || steps > frames+jumps+20 {
					t.Errorf("%d steps (the answer changed %d times), end %+v", steps, jumps, end)
				}
				if end.Success != (end.After != end.Before) {
					t.Errorf("success %v with class %d after %d", end.Success, end.After, end.Before)
				}
			})
		}
	}
}

// With a confidence an answer must lead by so much; with a limit in queries the network is not asked more often.
func TestConfidenceAndQueries(t *testing.T) {
	tell := func(*stepAnswer, []byte) error { return nil }
	for _, info := range (&lab{}).describe().Attacks {
		l := ready(t)
		a := attackOf(info.Name, info.Norms[0].Norm, 0.2)
		a.Values = map[string]float64{"confidence": 0.5, "queries": 40}
		end, err := l.attack(context.Background(), a, tell)
		if err != nil {
			t.Fatalf("%s: %v", info.Name, err)
		}
		if asked := end.Gradients + end.Queries - 1; asked > 40 {
			t.Errorf("%s: the network was asked %d times", info.Name, asked)
		}
		probs := end.Final.Probs
		lead := math.Log(float64(probs[end.After])) - math.Log(float64(probs[end.Before]))
		if end.Success != (lead >= 0.5) {
			t.Errorf("%s: success %v with a lead of %v", info.Name, end.Success, lead)
		}
	}
}

func TestAttackRefuses(t *testing.T) {
	cases := map[string]func(*attackArgs){
		"unknown attack":       func(a *attackArgs) { a.Attack = "hug" },
		"unknown norm":         func(a *attackArgs) { a.Norm = "l7" },
		"norm of others":       func(a *attackArgs) { a.Attack, a.Norm = "cw", "linf" },
		"eps":                  func(a *attackArgs) { a.Values["eps"] = -1 },
		"eps beyond all":       func(a *attackArgs) { a.Values["eps"] = 256 },
		"steps":                func(a *attackArgs) { a.Values["steps"] = 0 },
		"half a step":          func(a *attackArgs) { a.Values["steps"] = 1.5 },
		"too many steps":       func(a *attackArgs) { a.Values["steps"] = 1e18 },
		"half a query":         func(a *attackArgs) { a.Values["queries"] = 0.5 },
		"square without end":   func(a *attackArgs) { a.Attack, a.Values = "square", map[string]float64{"queries": 0} },
		"confidence below 0":   func(a *attackArgs) { a.Values["confidence"] = -1 },
		"a switch half way":    func(a *attackArgs) { a.Values["continue"] = 0.5 },
		"parameter of others":  func(a *attackArgs) { a.Values["momentum"] = 1 },
		"no parameter":         func(a *attackArgs) { a.Values["seconds"] = 1 },
		"version there is not": func(a *attackArgs) { a.Attack, a.Values = "autoattack", map[string]float64{"version": 4} },
		"target":               func(a *attackArgs) { a.Target = 3 },
		"same target":          func(a *attackArgs) { a.Target = 0 },
		"target of square":     func(a *attackArgs) { a.Attack, a.Values, a.Target = "autoattack", nil, 1 },
		"from":                 func(a *attackArgs) { a.From = "behind" },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			a := attackOf("pgd", "linf", 0.1)
			change(&a)
			tell := func(*stepAnswer, []byte) error { return nil }
			if _, err := ready(t).attack(context.Background(), a, tell); err == nil {
				t.Error("no error")
			}
		})
	}
	for name, l := range map[string]*lab{"no network": {}, "no picture": {}} {
		if name == "no picture" {
			if _, err := l.setNetwork(networkArgs{}, network(t, 3)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := l.attack(context.Background(), attackOf("pgd", "linf", .1), nil); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := l.diagnose(context.Background(), diagnoseArgs{From: "original", Shake: noise}); err == nil {
			t.Errorf("a diagnosis with %s: no error", name)
		}
	}
}

func TestTransfer(t *testing.T) {
	l := ready(t)
	if _, err := l.transfer(networkArgs{}, network(t, 3)); err == nil {
		t.Error("a transfer before an attack gives no error")
	}
	end, err := l.attack(context.Background(), attackOf("pgd", "linf", 0.2), func(*stepAnswer, []byte) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	a, err := l.transfer(networkArgs{}, network(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	if before := loss.ArgMax(a.Before); before != end.Before || !slices.Equal(a.After, end.Final.Probs) {
		t.Errorf("the same network says %d and %v, want %d and %v", before, a.After, end.Before, end.Final.Probs)
	}
	for name, file := range map[string][]byte{"another shape": network(t, 1), "no network": []byte("hello")} {
		if _, err := l.transfer(networkArgs{}, file); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestDiagnose(t *testing.T) {
	args := diagnoseArgs{From: "original", Shake: noise}
	a, err := ready(t).diagnose(context.Background(), args)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Findings) < 8 || a.Stopped {
		t.Errorf("%d findings, stopped %v", len(a.Findings), a.Stopped)
	}
	for _, f := range a.Findings {
		if !f.OK {
			t.Errorf("a linear network has the sign %+v", f)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if a, err := ready(t).diagnose(ctx, args); err != nil || !a.Stopped {
		t.Errorf("stopped: %+v, %v", a, err)
	}
	args.From = "behind"
	if _, err := ready(t).diagnose(context.Background(), args); err == nil {
		t.Error("no error")
	}
}

// answers collects what a server says; it is used by one goroutine at a time.
type answers struct {
	kind, text chan string
}

func newAnswers() (*answers, *server) {
	a := &answers{make(chan string, 1000), make(chan string, 1000)}
	return a, newServer(func(kind string, _ int, text string, _ []byte) {
		a.kind <- kind
		a.text <- text
	})
}

func (a *answers) next(t *testing.T) (kind, text string) {
	t.Helper()
	select {
	case kind = <-a.kind:
	case <-time.After(30 * time.Second):
		t.Fatal("the lab does not answer")
	}
	return kind, <-a.text
}

func arguments(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestServer(t *testing.T) {
	said, s := newAnswers()
	go s.run()
	defer close(s.queue)
	for _, r := range []struct {
		request
		kind, text string
	}{
		{request{1, "describe", "{}", nil}, "answer", "gaussian_noise"},
		{request{2, "look", arguments(t, noise), nil}, "error", "There is no picture yet"},
		{request{3, "network", "{}", network(t, 3)}, "answer", `"classes":["red","green","blue"]`},
		{request{4, "network", "{}", []byte("x")}, "error", "onnx: "},
		{request{5, "picture", "{}", reddish(t)}, "answer", `{"width":30,"height":20}`},
		{request{6, "look", arguments(t, noise), nil}, "answer", `"original":[`},
		{request{7, "look", "[", nil}, "error", "arguments of look"},
		{request{8, "dance", "{}", nil}, "error", "unknown operation"},
		{request{9, "cancel", "{}", nil}, "answer", "{}"},
		{request{10, "transfer", "{}", network(t, 3)}, "error", "no attacked picture"},
		{request{11, "diagnose", arguments(t, diagnoseArgs{From: "original", Shake: noise}), nil}, "answer", `"findings":[`},
	} {
		s.take(r.request)
		kind, text := said.next(t)
		if kind != r.kind || !strings.Contains(text, r.text) {
			t.Errorf("%s: %s %.200s, want %s with %s", r.op, kind, text, r.kind, r.text)
		}
	}
}

// A cancel must get in while an attack runs, and the attack must then hand back what it has.
func TestServerCancels(t *testing.T) {
	said, s := newAnswers()
	s.lab = *ready(t)
	go s.run()
	defer close(s.queue)
	a := attackOf("pgd", "linf", 0.2)
	a.Values["steps"], a.Values["restarts"] = 1000, 100
	s.take(request{1, "attack", arguments(t, a), nil})
	if kind, text := said.next(t); kind != "step" {
		t.Fatalf("first comes %s %s, want a step", kind, text)
	}
	s.take(request{2, "cancel", "{}", nil})
	steps := 0
	for {
		kind, text := said.next(t)
		if kind == "step" {
			steps++
			continue
		}
		if text == "{}" {
			continue
		}
		if kind != "answer" || !strings.Contains(text, `"stopped":true`) {
			t.Fatalf("the attack ends with %s %s", kind, text)
		}
		break
	}
	if steps > 20 {
		t.Errorf("%d steps after the cancel", steps)
	}
}

// A panic of the lab's own is told, and the next request is answered.
func TestServerSurvivesAPanic(t *testing.T) {
	said, s := newAnswers()
	s.lab = *ready(t)
	s.lab.x = nil // no state that any request leaves
	go s.run()
	defer close(s.queue)
	s.take(request{1, "look", arguments(t, noise), nil})
	if kind, text := said.next(t); kind != "error" || !strings.Contains(text, "an internal error") {
		t.Errorf("%s %s, want an error", kind, text)
	}
	s.take(request{2, "describe", "{}", nil})
	if kind, _ := said.next(t); kind != "answer" {
		t.Errorf("after a panic the lab gives %s", kind)
	}
}

func BenchmarkFrame(b *testing.B) {
	for _, name := range []string{"gaussian_noise", "gaussian_blur"} {
		b.Run(name, func(b *testing.B) {
			l := ready(b)
			s := noise
			s.Corruption = name
			data := make([]byte, 4*viewSize*viewSize)
			for i := range b.N {
				if err := l.setFrame(pictureArgs{viewSize, viewSize}, data); err != nil {
					b.Fatal(err)
				}
				if _, err := l.look(s, uint64(i), false); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
