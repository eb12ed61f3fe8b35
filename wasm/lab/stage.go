package main

import (
	"context"
	"time"

	"steady/core/engine"
	"steady/core/session"
	"steady/core/stage"
	"steady/core/stage/live"
)

// performance answers the stage's requests with the session's network.
type performance struct {
	performer *live.Performer
	engine    *engine.Engine // that it has
	pixels    []byte

	answers time.Duration // spent on answers since the universal noise was refreshed
	refresh time.Duration // spent on that
}

// perform answers a request of the stage: a message of core/stage.
func (s *server) perform(r request) (text string, pixels []byte, err error) {
	q, err := stage.DecodeRequest(r.args, r.data)
	if err != nil {
		return "", nil, err
	}
	e, classes, err := s.session.Engine()
	if err != nil {
		return "", nil, err
	}
	p := &s.performance
	if p.performer == nil || p.engine != e {
		performer, err := live.New(e, e, func(class int) string { return classes[class] })
		if err != nil {
			return "", nil, err
		}
		performer.Backend = func() string { return e.Backend().Name() }
		*p = performance{performer: performer, engine: e}
	}
	began := time.Now()
	a := p.performer.Perform(q)
	p.answers += time.Since(began)
	text, p.pixels, err = a.Encode(p.pixels[:0])
	return text, p.pixels, err
}

// refreshNoise takes a step of the stage's universal noise, if one is wanted, for half of the time at most: answers need the
// processor more. What fails is said in the answers.
func (s *server) refreshNoise() {
	p := &s.performance
	if p.performer == nil || p.answers < p.refresh {
		return
	}
	began := time.Now()
	if did, _ := p.performer.Refresh(context.Background()); did {
		p.answers, p.refresh = 0, time.Since(began)
	}
}

// answerStage answers a request of the stage, and then improves what the next ones get.
func (s *server) answerStage(r request) {
	text, pixels, err := s.perform(r)
	if err != nil {
		s.reply("error", r.id, session.Sentence(err), nil)
		return
	}
	s.reply("answer", r.id, text, pixels)
	s.refreshNoise()
}
