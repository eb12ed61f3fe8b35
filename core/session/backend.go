package session

import (
	"time"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/compute/webgpu"
	"steady/core/engine"
	"steady/core/nn"
)

// pair is the batch of the engines: the original and the corrupted image.
const pair = 2

// newEngine prepares a network on the CPU, where the first answer is soonest.
func newEngine(n *nn.Network) (*engine.Engine, error) {
	return engine.New(cpu.New(1), n, engine.Config{Batch: pair})
}

// SetBackend chooses the backend. That one cannot be had is no error: the answer says what computes instead, and why.
func (s *Session) SetBackend(a BackendArgs) (*BackendAnswer, error) {
	if s.engine == nil {
		return nil, errNoNetwork
	}
	onCPU, err := newEngine(s.network)
	if err != nil {
		return nil, err
	}
	if a.Backend == "cpu" {
		s.engine = onCPU
		return &BackendAnswer{Backend: "cpu"}, nil
	}
	if s.gpu == nil || s.gpu.Device().Err() != nil {
		device, err := webgpu.Open(webgpu.Options{AllowSoftware: a.Software})
		if err == nil {
			s.gpu, err = webgpu.New(device)
		}
		if err != nil {
			s.engine = onCPU
			return &BackendAnswer{Backend: "cpu", Reason: err.Error()}, nil
		}
	}
	answer := &BackendAnswer{Backend: "webgpu", Adapter: s.gpu.Device().Adapter().String()}
	e, err := engine.New(s.gpu, s.network, engine.Config{Batch: pair, Fallback: func(failure error) compute.Backend {
		s.log("GPU failed; continuing on the CPU: " + failure.Error())
		answer.Reason = failure.Error()
		return cpu.New(1)
	}})
	if err != nil {
		return nil, err
	}
	if a.Backend == "auto" {
		const trial = 200 * time.Millisecond
		fastest, speeds := engine.Fastest(trial, onCPU, e)
		if speeds[0] > 0 {
			answer.Times = speeds[1] / speeds[0]
		}
		if fastest == 0 {
			e = onCPU
			if answer.Reason == "" {
				answer.Reason = "it is slower than the CPU"
			}
		}
	}
	s.engine = e
	answer.Backend = e.Backend().Name()
	return answer, nil
}

func (s *Session) log(text string) {
	if s.Log != nil {
		s.Log(text)
	}
}

func (s *Session) yield() {
	if s.Yield != nil {
		s.Yield()
	}
}
