package main

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"sync"
)

// request is one message from the page.
type request struct {
	id   int
	op   string
	args string
	data []byte
}

// reply sends one message to the page. kind is "answer", "step" or "error"; text is JSON, or the error's words.
// pixels are only valid during the call.
type reply func(kind string, id int, text string, pixels []byte)

// server takes requests one at a time, in order. Only cancel goes past the queue.
type server struct {
	lab   lab
	reply reply
	queue chan request

	mu     sync.Mutex
	cancel context.CancelFunc // of the attack or diagnosis that runs, or nil
}

func newServer(r reply) *server {
	// The page waits for most answers before it asks again; the queue only has to hold what it asks at the start.
	return &server{reply: r, queue: make(chan request, 64)}
}

// take accepts a request and returns at once: it is called where nothing may block.
func (s *server) take(r request) {
	if r.op == "cancel" {
		s.mu.Lock()
		if s.cancel != nil {
			s.cancel()
		}
		s.mu.Unlock()
		s.reply("answer", r.id, "{}", nil)
		return
	}
	select {
	case s.queue <- r:
	default:
		s.reply("error", r.id, "The lab has too much to do at once. Wait a moment and try again.", nil)
	}
}

// run answers requests until the queue is closed.
func (s *server) run() {
	for r := range s.queue {
		s.answer(r)
	}
}

// answer answers one request. A panic becomes an error: the page stays alive and says what happened.
func (s *server) answer(r request) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Printf("lab: panic in %s: %v\n%s", r.op, p, debug.Stack()) // to the browser's console
			s.lab = lab{}
			s.reply("error", r.id, fmt.Sprintf("The lab had an internal error (%v). Reload the page; if it "+
				"happens again with the same picture and network, please report it.", p), nil)
		}
	}()
	s.lab.sheet.reset()
	value, err := s.do(r)
	if err != nil {
		s.reply("error", r.id, sentence(err), nil)
		return
	}
	text, err := json.Marshal(value)
	if err != nil {
		s.reply("error", r.id, sentence(err), nil)
		return
	}
	s.reply("answer", r.id, string(text), s.lab.sheet.pix)
}

func (s *server) do(r request) (any, error) {
	l := &s.lab
	switch r.op {
	case "describe":
		return l.describe(), nil
	case "network":
		var a networkArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.setNetwork(a, r.data)
	case "picture":
		var a pictureArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.setPicture(a, r.data)
	case "look":
		var a shakeArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.look(a, 0, true)
	case "frame":
		var a frameArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		if err := l.setFrame(a.pictureArgs, r.data); err != nil {
			return nil, err
		}
		return l.look(a.shakeArgs, a.Index, false)
	case "gallery":
		var a galleryArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.gallery(a)
	case "engine":
		var a engineArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.setEngine(a)
	case "attack":
		var a attackArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return s.attack(r.id, a)
	case "transfer":
		var a networkArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.transfer(a, r.data)
	case "diagnose":
		var a diagnoseArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		ctx, done := s.cancellable()
		defer done()
		return l.diagnose(ctx, a)
	}
	return nil, fmt.Errorf("lab: unknown operation %q", r.op)
}

func read(r request, a any) error {
	if err := json.Unmarshal([]byte(r.args), a); err != nil {
		return fmt.Errorf("lab: arguments of %s: %w", r.op, err)
	}
	return nil
}

func (s *server) attack(id int, a attackArgs) (any, error) {
	ctx, done := s.cancellable()
	defer done()
	return s.lab.attack(ctx, a, func(step *stepAnswer, pixels []byte) error {
		text, err := json.Marshal(step)
		if err == nil {
			s.reply("step", id, string(text), pixels)
		}
		return err
	})
}

// cancellable gives a context that a cancel ends, until done.
func (s *server) cancellable() (ctx context.Context, done func()) {
	ctx, cancel := context.WithCancel(context.Background())
	s.hold(cancel)
	return ctx, func() {
		s.hold(nil)
		cancel()
	}
}

func (s *server) hold(cancel context.CancelFunc) {
	s.mu.Lock()
	s.cancel = cancel
	s.mu.Unlock()
}
