package live

import (
	"context"
	"slices"
	"time"

	"steady/core/attack"
	"steady/core/stage"
)

// chosen is the attack that a user has chosen, as it went on the last frames.
type chosen struct {
	text   string
	eps    int
	method *attack.Attack
	params attack.Params
	times  []time.Duration // that it took on the last frames, at most judged
	result tally
	frame  uint64 // the last that was counted
}

const (
	judged   = 2 * rounds  // frames that say whether an attack fits
	patience = time.Second // most time for an attack on the first frame, which nothing is known of
)

// set takes another attack, or strength, up.
func (c *chosen) set(text string, eps int) error {
	if c.method != nil && c.text == text && c.eps == eps {
		return nil
	}
	method, params, err := attack.Parse(text)
	if err != nil {
		return err
	}
	if params.Norm == attack.Linf && method.Uses("eps") {
		params.Eps = float64(eps) / 255
	}
	*c = chosen{text: text, eps: eps, method: method, params: params}
	return nil
}

// tooSlow returns the time that the attack keeps on all of the last frames but one, and whether that is more than there is. The
// first frame alone says so if the attack came to no end on it.
func (c *chosen) tooSlow() (time.Duration, bool) {
	if c.times[0] >= patience && len(c.times) == 1 {
		return c.times[0], true
	}
	times := slices.Sorted(slices.Values(c.times))
	took := times[max(len(times)-2, 0)]
	return took, len(times) >= rounds && took > stage.Limit
}

// attackChosen attacks the frame, whose answer is known, with the chosen attack.
func (p *Performer) attackChosen(q stage.Request, label int, a *stage.Answer) (stage.Seen, error) {
	c := &p.chosen
	if err := c.set(q.Setting.Chosen, q.Setting.Eps); err != nil {
		return stage.Seen{}, err
	}
	params := c.params
	if len(c.times) == 0 {
		params.Seconds = patience.Seconds() // only here: a GPU takes no steps by itself where time is limited
	}
	seen, took, err := p.run(c.method, params, q.Frame, label)
	if err != nil {
		return stage.Seen{}, err
	}
	if len(c.times) == judged {
		c.times = append(c.times[:0], c.times[1:]...)
	}
	c.times = append(c.times, took)
	if q.Frame > c.frame { // one that is held counts once
		c.frame = q.Frame
		c.result.add(seen.Top[0].Class != label)
	}
	measured, slow := c.tooSlow()
	a.Single = &stage.Single{Attack: c.method.Name, Details: c.method.Describe(c.params), Measured: measured, Fits: !slow, TooSlow: slow,
		Took: took, Result: c.result.sum()}
	if slow {
		*c = chosen{} // to be tried again when it is asked for again
	}
	return seen, nil
}

// run attacks the frame, and has the network answer the result in whole bytes. The time is the attack's alone.
func (p *Performer) run(method *attack.Attack, params attack.Params, frame uint64, label int) (stage.Seen, time.Duration, error) {
	size := p.shape.Size()
	params.Seed, params.First = seed, frame
	began := p.Now()
	result, err := method.Run(context.Background(), p.network, p.x[:size], []int{label}, params, nil)
	if err != nil {
		return stage.Seen{}, 0, err
	}
	took := p.Now().Sub(began)
	p.x = append(p.x[:2*size], result.Adv...)
	bytesOf(p.x[2*size:])
	seen, err := p.answer(2, 1)
	if err != nil {
		return stage.Seen{}, 0, err
	}
	return seen[0], took, nil
}
