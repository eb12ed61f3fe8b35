package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"steady/core/session"
	"steady/core/stage"
	"steady/models"
)

// network returns the file of a network for gray images of 28×28 pixels.
func network(t *testing.T) []byte {
	b, err := models.FS.ReadFile("fashion-standard.onnx")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// picture returns a PNG of 30×20 pixels.
func picture(t *testing.T) []byte {
	m := image.NewNRGBA(image.Rect(0, 0, 30, 20))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * 7)
	}
	m.Set(0, 0, color.White)
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var noise = session.CorruptArgs{Corruption: "gaussian_noise", Severity: 3, Seed: 7, Where: "net"}

// prepare sets the network and the image of a session.
func prepare(t *testing.T, s *session.Session) {
	if _, err := s.SetNetwork(session.NetworkArgs{}, network(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetImage(session.ImageArgs{}, picture(t)); err != nil {
		t.Fatal(err)
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
	weightless, err := os.ReadFile("../../core/onnx/testdata/inputs/external.onnx")
	if err != nil {
		t.Fatal(err)
	}
	weights, err := os.ReadFile("../../core/onnx/testdata/inputs/external.onnx.data")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []struct {
		request
		kind, text string
	}{
		{request{1, "describe", "{}", nil, nil}, "answer", "gaussian_noise"},
		{request{2, "look", arguments(t, noise), nil, nil}, "error", "There is no picture yet"},
		{request{3, "network", "{}", network(t), nil}, "answer", `"params":`},
		{request{4, "network", "{}", []byte("x"), nil}, "error", "onnx: "},
		{request{4, "network", "{}", weightless, []session.File{{Name: "x", Data: nil}}}, "error", "external.onnx.data"},
		{request{4, "network", "{}", weightless, []session.File{{Name: "external.onnx.data", Data: weights}}}, "answer", `"params":579`},
		{request{4, "network", "{}", network(t), nil}, "answer", `"params":`},
		{request{4, "names", `{"file":"n.json"}`, []byte(`{"1": "dog", "0": "cat"}`), nil}, "answer", `{"names":["cat","dog"]}`},
		{request{4, "names", `{"file":"n.json"}`, []byte("{0: 'cat'}"), nil}, "error", "n.json cannot be read: begins like JSON"},
		{request{5, "image", "{}", picture(t), nil}, "answer", `{"width":30,"height":20}`},
		{request{6, "look", arguments(t, noise), nil, nil}, "answer", `"original":[`},
		{request{7, "look", "[", nil, nil}, "error", "arguments of look"},
		{request{8, "dance", "{}", nil, nil}, "error", "unknown operation"},
		{request{9, "cancel", "{}", nil, nil}, "answer", "{}"},
		{request{10, "transfer", "{}", network(t), nil}, "error", "no attacked picture"},
		{request{11, "diagnose", arguments(t, session.DiagnoseArgs{From: "original", Corruption: noise}), nil, nil}, "answer", `"findings":[`},
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
	prepare(t, &s.session)
	go s.run()
	defer close(s.queue)
	a := session.AttackArgs{Attack: "pgd", Norm: "linf", From: "original", Corruption: noise, Target: -1,
		Values: map[string]float64{"steps": 1000, "restarts": 100, "continue": 1}}
	s.take(request{1, "attack", arguments(t, a), nil, nil})
	if kind, text := said.next(t); kind != "step" {
		t.Fatalf("first comes %s %s, want a step", kind, text)
	}
	s.take(request{2, "cancel", "{}", nil, nil})
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

// An attack that runs does not hold the stage up, and goes on after its answer.
func TestServerAnswersTheStageDuringAnAttack(t *testing.T) {
	type told struct {
		kind string
		id   int
	}
	said := make(chan told, 1000)
	s := newServer(func(kind string, id int, _ string, _ []byte) { said <- told{kind, id} })
	prepare(t, &s.session)
	go s.run()
	defer close(s.queue)
	next := func() told {
		select {
		case told := <-said:
			return told
		case <-time.After(30 * time.Second):
			t.Fatal("the lab does not answer")
			return told{}
		}
	}
	a := session.AttackArgs{Attack: "pgd", Norm: "linf", From: "original", Corruption: noise, Target: -1,
		Values: map[string]float64{"steps": 1000, "restarts": 100, "continue": 1}}
	s.take(request{1, "attack", arguments(t, a), nil, nil})
	for next().kind != "step" {
	}
	q := stage.Request{Number: 1, Frame: 1, W: 28, H: 28, Pixels: make([]byte, 4*28*28), Setting: stage.Setting{Corruption: "fog",
		Severity: 3, Eps: 8, Attack: stage.Chosen, Chosen: "pgd{steps=2}"}}
	text, pixels := q.Encode()
	s.take(request{-1, "stage", text, pixels, nil})
	for {
		a := next()
		if a.id == 1 && a.kind != "step" {
			t.Fatal("the attack ends before the stage has its answer")
		}
		if a.id == -1 {
			if a.kind != "answer" {
				t.Fatalf("the stage is told %s", a.kind)
			}
			break
		}
	}
	for a := next(); a.id != 1 || a.kind != "step"; a = next() {
		if a.id == 1 {
			t.Fatal("the attack does not go on")
		}
	}
	s.take(request{2, "cancel", "{}", nil, nil})
}

// A panic of the lab's own is told, and the next request is answered.
func TestServerSurvivesAPanic(t *testing.T) {
	said, s := newAnswers()
	prepare(t, &s.session)
	s.session.Yield = func() { panic("out of order") }
	go s.run()
	defer close(s.queue)
	s.take(request{1, "diagnose", arguments(t, session.DiagnoseArgs{From: "original", Corruption: noise}), nil, nil})
	if kind, text := said.next(t); kind != "error" || !strings.Contains(text, "an internal error") {
		t.Errorf("%s %s, want an error", kind, text)
	}
	s.take(request{2, "describe", "{}", nil, nil})
	if kind, _ := said.next(t); kind != "answer" {
		t.Errorf("after a panic the lab gives %s", kind)
	}
}

// A stage's frames are answered with the session's network, and its noise is computed between answers; what is no request is refused.
func TestServerAnswersTheStage(t *testing.T) {
	type told struct {
		kind, text string
		pixels     []byte
	}
	said := make(chan told, 1)
	s := newServer(func(kind string, _ int, text string, pixels []byte) { said <- told{kind, text, slices.Clone(pixels)} })
	go s.run()
	defer close(s.queue)
	ask := func(q stage.Request) told {
		text, pixels := q.Encode()
		s.take(request{-1, "stage", text, pixels, nil})
		return <-said
	}
	q := stage.Request{Number: 1, Frame: 1, W: 28, H: 28, Pixels: make([]byte, 4*28*28),
		Setting: stage.Setting{Corruption: "fog", Severity: 3, Attack: stage.Universal, Eps: 8}}
	if a := ask(q); a.kind != "error" || !strings.Contains(a.text, "There is no network yet") {
		t.Fatalf("without a network: %s %s", a.kind, a.text)
	}
	prepare(t, &s.session)
	for range 60 {
		told := ask(q)
		a, err := stage.DecodeAnswer(told.text, told.pixels)
		if told.kind != "answer" || err != nil || a.Number != q.Number || a.Err != "" || len(a.Original.Top) != 5 || a.Backend != "cpu" {
			t.Fatalf("%s %s: %v", told.kind, told.text, err)
		}
		if a.Noise.Refreshed > 1 && a.Adversary != nil && a.Noise.Later.Tried > 0 {
			break
		}
		q.Number++
		q.Frame++
		q.Pixels[0]++
	}
	if q.Number > 60 {
		t.Error("no noise is computed")
	}
	q.Pixels = q.Pixels[4:]
	if a := ask(q); a.kind != "error" {
		t.Errorf("a frame that is too short: %s", a.kind)
	}
	s.take(request{-1, "offstage", "", nil, nil})
	s.take(request{1, "describe", "{}", nil, nil})
	<-said
	if s.performance.performer != nil {
		t.Error("it keeps its memory")
	}
}
