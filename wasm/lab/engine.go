package main

import (
	"fmt"
	"time"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/compute/webgpu"
	"steady/core/engine"
	"steady/core/nn"
)

// pair is the batch of the lab's engines: the original and the shaken picture.
const pair = 2

// newEngine prepares a network on the processor, where the first answer is soonest.
func newEngine(n *nn.Network) (*engine.Engine, error) {
	return engine.New(cpu.New(1), n, engine.Config{Batch: pair})
}

// setEngine chooses what computes. What cannot be is no error: the answer says what computes then, and why.
func (l *lab) setEngine(a engineArgs) (*engineAnswer, error) {
	if l.engine == nil {
		return nil, errNoNetwork
	}
	processor, err := newEngine(l.network)
	if err != nil {
		return nil, err
	}
	if a.Engine == "cpu" {
		l.engine = processor
		return &engineAnswer{Engine: "cpu"}, nil
	}
	if l.card == nil || l.card.Device().Err() != nil {
		device, err := webgpu.Open(webgpu.Options{AllowSoftware: a.Software})
		if err == nil {
			l.card, err = webgpu.New(device)
		}
		if err != nil {
			l.engine = processor
			return &engineAnswer{Engine: "cpu", Reason: err.Error()}, nil
		}
	}
	answer := &engineAnswer{Engine: "webgpu", Adapter: l.card.Device().Adapter().String()}
	e, err := engine.New(l.card, l.network, engine.Config{Batch: pair, Fallback: func(failure error) compute.Backend {
		fmt.Println("lab: GPU failed; continuing on the CPU:", failure) // to the browser's console
		answer.Reason = failure.Error()
		return cpu.New(1)
	}})
	if err != nil {
		return nil, err
	}
	if a.Engine == "auto" {
		const trial = 200 * time.Millisecond
		answer.Times = e.Speed(trial) / processor.Speed(trial)
		if answer.Times < 1 {
			e = processor
			answer.Reason = "it is slower than the CPU"
		}
	}
	l.engine = e
	answer.Engine = e.Backend().Name()
	return answer, nil
}
