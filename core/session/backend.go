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

// SetBackend chooses the backend, also of a second network. That one cannot be had is no error: the answer says what computes
// instead, and why.
func (s *Session) SetBackend(a BackendArgs) (*BackendAnswer, error) {
	if s.first == nil {
		return nil, errNoNetwork
	}
	answer, err := s.setBackend(a)
	if err != nil || s.second == nil {
		return answer, err
	}
	return answer, s.follow(s.second)
}

func (s *Session) setBackend(a BackendArgs) (*BackendAnswer, error) {
	n := s.first
	onCPU, err := newEngine(n.network)
	if err != nil {
		return nil, err
	}
	if a.Backend == "cpu" {
		n.engine = onCPU
		return &BackendAnswer{Backend: "cpu"}, nil
	}
	if s.gpu == nil || s.gpu.Device().Err() != nil {
		device, err := webgpu.Open(webgpu.Options{AllowSoftware: a.Software})
		if err == nil {
			s.gpu, err = webgpu.New(device)
		}
		if err != nil {
			n.engine = onCPU
			return &BackendAnswer{Backend: "cpu", Reason: err.Error()}, nil
		}
	}
	answer := &BackendAnswer{Backend: "webgpu", Adapter: s.gpu.Device().Adapter().String()}
	e, err := s.newGPUEngine(n.network, func(failure error) { answer.Reason = failure.Error() })
	if err != nil {
		return nil, err
	}
	if a.Backend == "auto" {
		const trial = 200 * time.Millisecond
		fastest, speeds := engine.Fastest((*engine.Engine).Speed, trial, onCPU, e)
		answer.CPU, answer.GPU = speeds[0], speeds[1]
		if fastest == 0 {
			e = onCPU
			if answer.Reason == "" {
				answer.Reason = "it is slower than the CPU"
			}
		}
	}
	n.engine = e
	answer.Backend = e.Backend().Name()
	return answer, nil
}

// newGPUEngine prepares a network on the GPU. failed is called when that fails: the CPU goes on.
func (s *Session) newGPUEngine(n *nn.Network, failed func(failure error)) (*engine.Engine, error) {
	return engine.New(s.gpu, n, engine.Config{Batch: pair, Fallback: func(failure error) compute.Backend {
		s.log("GPU failed; continuing on the CPU: " + failure.Error())
		failed(failure)
		return cpu.New(1)
	}})
}

// follow has a network computed where the first one is.
func (s *Session) follow(n *classifier) (err error) {
	switch backend := s.first.engine.Backend().Name(); {
	case backend == n.engine.Backend().Name():
	case backend == "webgpu":
		n.engine, err = s.newGPUEngine(n.network, func(error) {})
	default:
		n.engine, err = newEngine(n.network)
	}
	return err
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
