package session

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/attack"
	"steady/core/corrupt"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/preprocess"
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

func ready(t testing.TB) *Session {
	t.Helper()
	l := &Session{}
	if _, err := l.SetNetwork(NetworkArgs{}, network(t, 3)); err != nil {
		t.Fatal(err)
	}
	if _, err := l.SetImage(ImageArgs{}, reddish(t)); err != nil {
		t.Fatal(err)
	}
	return l
}

var noise = CorruptArgs{Corruption: "gaussian_noise", Severity: 3, Seed: 7, Where: "net"}

func TestDescribe(t *testing.T) {
	d := (&Session{}).Describe()
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
		args NetworkArgs
		file []byte
		want string // part of the error; "" for none
	}{
		{"names of the file", NetworkArgs{}, network(t, 3), ""},
		{"names given", NetworkArgs{Classes: []string{"a", "b", "c"}}, network(t, 3), ""},
		{"gray with Preprocessing for color", NetworkArgs{Preprocessing: &preprocess.Spec{
			Scale: 1, Mean: []float32{.4, .5, .6}, Std: []float32{.2, .2, .2}, BGR: true}}, network(t, 1), ""},
		{"too few names", NetworkArgs{Classes: []string{"a", "b"}}, network(t, 3), "2 class names"},
		{"no network", NetworkArgs{}, []byte("hello"), "onnx"},
		{"cut short", NetworkArgs{}, network(t, 3)[:100], "onnx"},
		{"means of the wrong number", NetworkArgs{Preprocessing: &preprocess.Spec{
			Scale: 1, Mean: []float32{1, 2}, Std: []float32{1}}}, network(t, 3), "preprocess"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := ready(t)
			before := l.first.engine
			info, err := l.SetNetwork(c.args, c.file)
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Fatalf("error %v, want one with %q", err, c.want)
				}
				if l.first.engine != before {
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

func TestSetImage(t *testing.T) {
	whole := reddish(t)
	cases := []struct {
		name string
		args ImageArgs
		data []byte
		want string
	}{
		{"a file", ImageArgs{}, whole, ""},
		{"pixels", ImageArgs{2, 1}, make([]byte, 8), ""},
		{"too few pixels", ImageArgs{2, 2}, make([]byte, 8), "broken"},
		{"negative size", ImageArgs{-2, -1}, make([]byte, 8), "broken"},
		{"no picture", ImageArgs{}, []byte("hello, I am a text"), "not a picture"},
		{"nothing", ImageArgs{}, nil, "not a picture"},
		{"a phone's picture", ImageArgs{}, []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "This is a HEIC image"},
		{"cut short", ImageArgs{}, whole[:len(whole)/2], "broken"},
		{"too large", ImageArgs{}, bomb(), "too large"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := ready(t)
			before := l.view
			_, err := l.SetImage(c.args, c.data)
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
	l := &Session{}
	if _, err := l.Look(noise, 0, true); err == nil {
		t.Error("a look at no picture gives no error")
	}
	if _, err := l.SetImage(ImageArgs{}, reddish(t)); err != nil {
		t.Fatal(err)
	}
	a, err := l.Look(noise, 0, true)
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
		a, err := l.Look(s, 0, true)
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
		for name, p := range map[string][]float32{"original": a.Original, "corrupted": a.Corrupted} {
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
	for _, bad := range []CorruptArgs{{}, {Corruption: "no such", Severity: 1, Where: "net"},
		{Corruption: "gaussian_noise", Severity: 9, Where: "net"}, {Corruption: "gaussian_noise", Severity: 1, Where: "x"}} {
		if _, err := l.Look(bad, 0, true); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// What the network says of a corruption is the same whether it is looked at or only asked.
func TestClassify(t *testing.T) {
	l := &Session{}
	if _, err := l.Classify(noise); err == nil {
		t.Error("an answer of no picture")
	}
	l = ready(t)
	for _, where := range []string{"net", "view"} {
		a := noise
		a.Where = where
		asked, err := l.Classify(a)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.Clone(asked.Probs)
		if seen, err := l.Look(a, 0, true); err != nil || !slices.Equal(got, seen.Corrupted) {
			t.Errorf("%s: asked %v, looked at %v (%v)", where, got, seen.Corrupted, err)
		}
	}
	for _, bad := range []CorruptArgs{{}, {Corruption: "gaussian_noise", Severity: 9, Where: "net"}} {
		if _, err := l.Classify(bad); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// The network gets the bytes that `steady corrupt-set` writes, and gray ones if the network is.
func TestLookStoresAsTheCommand(t *testing.T) {
	for _, channels := range []int{3, 1} {
		l := ready(t)
		if _, err := l.SetNetwork(NetworkArgs{}, network(t, channels)); err != nil {
			t.Fatal(err)
		}
		for _, c := range corrupt.All() {
			a := noise
			a.Corruption, a.Severity = c.Name, 5
			if _, err := l.Look(a, 3, true); err != nil {
				t.Fatal(err)
			}
			want := l.first.small.Clone()
			o := corrupt.Options{Severity: a.Severity, Seed: a.Seed, Index: 3, Gray: channels == 1}
			if err := c.ApplyBytes(want, o); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(l.first.corruptedSmall.Pix, want.Pix) {
				t.Errorf("%s, %d channels: the page shows the network other bytes than the command writes", c.Name, channels)
			}
		}
	}
}

func TestGallery(t *testing.T) {
	l := &Session{}
	if _, err := l.Gallery(GalleryArgs{Severity: 3}); err == nil {
		t.Error("a gallery of no picture gives no error")
	}
	l = ready(t)
	for _, bad := range []GalleryArgs{{[]string{"fog"}, 6, 1}, {[]string{"fog", "smog"}, 3, 1}} {
		if _, err := l.Gallery(bad); err == nil {
			t.Errorf("%+v gives no error", bad)
		}
	}
	checks := make([]byte, 4*viewSize*viewSize)
	for i := range checks {
		checks[i] = byte((40 + 150*((i/4/4+i/4/viewSize/4)%2)) / (1 + i%4)) // orange
	}
	if err := l.SetFrame(ImageArgs{viewSize, viewSize}, checks); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, c := range corrupt.All() {
		all = append(all, c.Name)
	}
	g, err := l.Gallery(GalleryArgs{all, 3, 1})
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
	if g, err = l.Gallery(GalleryArgs{all[len(all)-1:], 3, 1}); err != nil || len(g.Images) != 1 {
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
		if _, err := l.Look(s, index, true); err != nil {
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

func TestGrayNetworkSeesGray(t *testing.T) {
	l := ready(t)
	if _, err := l.SetNetwork(NetworkArgs{}, network(t, 1)); err != nil {
		t.Fatal(err)
	}
	for _, where := range []string{"net", "view"} {
		s := noise
		s.Where = where
		a, err := l.Look(s, 0, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range a.Images[1:] { // after the view
			for i := p.Offset; i < p.Offset+4*p.Width*p.Height; i += 4 {
				if c := l.sheet.pix[i:]; c[0] != c[1] || c[1] != c[2] {
					t.Fatalf("%s: %s has the color %v", where, p.Name, c[:3])
				}
			}
		}
	}
}

func TestFrame(t *testing.T) {
	l := ready(t)
	data := bytes.Repeat([]byte{10, 200, 10, 255}, viewSize*viewSize)
	if err := l.SetFrame(ImageArgs{viewSize, viewSize}, data); err != nil {
		t.Fatal(err)
	}
	a, err := l.Look(noise, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	if a.Original[1] < 0.9 {
		t.Errorf("a green frame has the probabilities %v", a.Original)
	}
	if err := l.SetFrame(ImageArgs{4, 4}, data); err == nil {
		t.Error("a frame of another size is taken")
	}
	// The gallery's further workers are given the last frame as a picture.
	for i := range data {
		data[i] = byte(i * i >> 3)
	}
	still := ready(t)
	if _, err := still.SetImage(ImageArgs{viewSize, viewSize}, data); err != nil {
		t.Fatal(err)
	}
	if err := l.SetFrame(ImageArgs{viewSize, viewSize}, data); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(still.view.Pix, l.view.Pix) {
		t.Error("the pixels of a frame make another picture")
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
				if err := l.SetFrame(ImageArgs{viewSize, viewSize}, data); err != nil {
					b.Fatal(err)
				}
				if _, err := l.Look(s, uint64(i), false); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestSentence(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "Something went wrong, and nothing says what.",
		"no room (2 MB)":       "No room (2 MB)",
		"écran.onnx is broken": "Écran.onnx is broken.",
		"“Mish” is unknown":    "“Mish” is unknown.",
		"onnx: no graph":       "onnx: no graph.",
		"dataset: no images":   "No images.",
		"dataset: a.png: torn": "a.png: torn.",
	} {
		if got := Sentence(errors.New(text)); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
