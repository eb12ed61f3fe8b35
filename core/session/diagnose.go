package session

import (
	"context"

	"steady/core/attack"
)

// Diagnose looks, on the image as it is, for signs that attack results on the network may be unreliable. The network's own
// answer counts as the right one.
func (s *Session) Diagnose(ctx context.Context, a DiagnoseArgs) (*DiagnoseAnswer, error) {
	victim, _, err := s.victim(a.Second)
	if err != nil {
		return nil, err
	}
	x, class, err := s.attackInput(victim, a.From, a.Corruption)
	if err != nil {
		return nil, err
	}
	s.sheet.reset()
	findings, err := attack.Diagnose(ctx, victim.engine, x, []int{class}, a.Seed, func(int, int) { s.yield() })
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	return &DiagnoseAnswer{findings, err != nil}, nil
}
