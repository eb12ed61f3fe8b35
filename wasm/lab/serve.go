package main

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"steady/core/overlapfile"
	"steady/core/session"
)

// request is one message from the page.
type request struct {
	id   int
	op   string
	args string
	data []byte

	further []session.File // with data
}

// reply sends one message to the page. kind is "answer", "step" or "error"; text is JSON, or the error's words.
// pixels are only valid during the call.
type reply func(kind string, id int, text string, pixels []byte)

// server takes requests one at a time, in order. Cancel goes past the queue, and a request of the stage is answered as soon as what
// runs yields: an attack goes on between its frames.
type server struct {
	session  session.Session
	overlaps overlapfile.Explorer

	performance performance
	reply       reply
	queue       chan request
	staged      chan request // of the stage, which has one under way, and says when it has been left

	mu     sync.Mutex
	cancel context.CancelFunc // of the attack or diagnosis that runs, or nil
}

func newServer(r reply) *server {
	// The page waits for most answers before it asks again; the queue only has to hold what it asks at the start.
	s := &server{reply: r, queue: make(chan request, 64), staged: make(chan request, 8)}
	s.session = s.newSession()
	return s
}

// newSession returns a session in a browser, where a cancel, or a request of the stage, can only come in while the program sleeps.
func (s *server) newSession() session.Session {
	return session.Session{
		Yield: func() {
			time.Sleep(time.Millisecond)
			select {
			case r := <-s.staged:
				s.answer(r)
			default:
			}
		},
		Log: func(text string) { fmt.Println("lab:", text) }, // to the browser's console
	}
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
	queue := s.queue
	if r.op == "stage" || r.op == "offstage" {
		queue = s.staged
	}
	select {
	case queue <- r:
	default:
		s.reply("error", r.id, "There is too much to do at once. Wait a moment and try again.", nil)
	}
}

// run answers requests until the queue is closed.
func (s *server) run() {
	for {
		select {
		case r, ok := <-s.queue:
			if !ok {
				return
			}
			s.answer(r)
		case r := <-s.staged:
			s.answer(r)
		}
	}
}

// answer answers one request. A panic becomes an error: the page stays alive and says what happened.
func (s *server) answer(r request) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Printf("lab: panic in %s: %v\n%s", r.op, p, debug.Stack()) // to the browser's console
			s.session, s.performance = s.newSession(), performance{}
			s.reply("error", r.id, fmt.Sprintf("Steady had an internal error (%v). Reload the page; if it "+
				"happens again with the same picture and network, please report it.", p), nil)
		}
	}()
	switch r.op {
	case "stage":
		s.answerStage(r)
		return
	case "offstage":
		s.performance = performance{} // its memory is of use to others
		return
	}
	s.session.ResetPixels()
	value, err := s.do(r)
	if err != nil {
		s.reply("error", r.id, session.Sentence(err), nil)
		return
	}
	text, err := json.Marshal(value)
	if err != nil {
		s.reply("error", r.id, session.Sentence(err), nil)
		return
	}
	s.reply("answer", r.id, string(text), s.session.Pixels())
}

func (s *server) do(r request) (any, error) {
	l := &s.session
	switch r.op {
	case "describe":
		return l.Describe(), nil
	case "network":
		var a session.NetworkArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.SetNetwork(a, r.data, r.further...)
	case "second":
		var a session.NetworkArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.SetSecond(a, r.data, r.further...)
	case "alone":
		l.RemoveSecond()
		return struct{}{}, nil
	case "inspect":
		return l.Inspect(r.data, r.further...)
	case "names":
		var a session.NamesArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return session.ClassNames(a, r.data)
	case "image":
		var a session.ImageArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.SetImage(a, r.data)
	case "look":
		var a session.CorruptArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.Look(a, 0, true)
	case "frame":
		var a session.FrameArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		if err := l.SetFrame(a.ImageArgs, r.data); err != nil {
			return nil, err
		}
		return l.Look(a.CorruptArgs, a.Index, false)
	case "gallery":
		var a session.GalleryArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.Gallery(a)
	case "classify":
		var a session.CorruptArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.Classify(a)
	case "backend":
		var a session.BackendArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.SetBackend(a)
	case "attack":
		var a session.AttackArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return s.attack(r.id, a)
	case "transfer":
		var a session.NetworkArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return l.Transfer(a, r.data, r.further...)
	case "overlaps":
		return s.overlaps.Open(r.data)
	case "cover":
		var a overlapfile.CoverArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return s.overlaps.Cover(a)
	case "build":
		var a overlapfile.BuildArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		return s.overlaps.Build(a)
	case "diagnose":
		var a session.DiagnoseArgs
		if err := read(r, &a); err != nil {
			return nil, err
		}
		ctx, done := s.withCancel()
		defer done()
		return l.Diagnose(ctx, a)
	}
	return nil, fmt.Errorf("lab: unknown operation %q", r.op)
}

func read(r request, a any) error {
	if err := json.Unmarshal([]byte(r.args), a); err != nil {
		return fmt.Errorf("lab: arguments of %s: %w", r.op, err)
	}
	return nil
}

func (s *server) attack(id int, a session.AttackArgs) (any, error) {
	ctx, done := s.withCancel()
	defer done()
	return s.session.Attack(ctx, a, func(step *session.StepAnswer, pixels []byte) error {
		text, err := json.Marshal(step)
		if err == nil {
			s.reply("step", id, string(text), pixels)
		}
		return err
	})
}

// withCancel returns a context that a cancel ends, until done.
func (s *server) withCancel() (ctx context.Context, done func()) {
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
