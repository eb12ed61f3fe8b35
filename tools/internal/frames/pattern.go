package frames

import (
	"context"

	"steady/core/stage/footage"
)

// pattern is the test pattern.
type pattern struct {
	frame  int
	pix    []byte
	waiter waiter
}

func (p *pattern) Name() string { return "test pattern" }
func (p *pattern) Close()       {}

func (p *pattern) Read(ctx context.Context) (Frame, error) {
	if err := p.waiter.wait(ctx); err != nil {
		return Frame{}, err
	}
	p.pix = footage.Pattern(p.pix, p.frame)
	p.frame++
	return Frame{p.pix, footage.Side}, nil
}
