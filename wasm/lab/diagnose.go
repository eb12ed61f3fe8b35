package main

import (
	"context"
	"time"

	"steady/core/attack"
)

// diagnose looks, on the picture as it is, for signs that attacks say too little about the network. The network's own
// answer counts as the right one. Between two questions a cancel can come in.
func (l *lab) diagnose(ctx context.Context, a diagnoseArgs) (*diagnoseAnswer, error) {
	x, class, err := l.subject(a.From, a.Shake)
	if err != nil {
		return nil, err
	}
	l.sheet.reset()
	findings, err := attack.Diagnose(ctx, l.engine, x, []int{class}, a.Seed, func(int, int) { time.Sleep(time.Millisecond) })
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	return &diagnoseAnswer{findings, err != nil}, nil
}
