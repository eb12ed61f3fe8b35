package live

import (
	"slices"
	"time"

	"steady/core/attack"
	"steady/core/loss"
	"steady/core/stage"
)

// Candidates are the attacks among which the strongest within a time is looked for, as attack.Parse reads them: from one
// gradient to forty.
var Candidates = []string{"fgsm", "pgd{steps=2}", "pgd{steps=3}", "apgd-ce{steps=4}", "pgd{steps=5}", "apgd-ce{steps=8}", "pgd{steps=10}",
	"apgd-ce{steps=16}", "pgd{steps=20}", "apgd-ce{steps=40}"}

// rounds is on how many frames a candidate is tried.
const rounds = 5

// Search looks for the strongest attack that fits into a time: it is told what the attacks did to frames, and how long they
// took.
type Search struct {
	tried  []trial // of Candidates
	at     int     // the candidate for the next frame
	round  int
	over   int // candidates from this one on take too long; len(tried) if none does
	chosen int // -1 during the search
	late   int // frames in a row on which the chosen one took too long
}

// trial is what is known of a candidate.
type trial struct {
	times   []time.Duration
	changed int
	loss    float64
}

// took returns a time that the candidate keeps on all frames but one.
func (t *trial) took() time.Duration {
	times := slices.Sorted(slices.Values(t.times))
	return times[max(len(times)-2, 0)]
}

// reset begins the search again.
func (s *Search) reset() {
	*s = Search{tried: make([]trial, len(Candidates)), over: len(Candidates), chosen: -1}
}

// next returns the attack for the next frame.
func (s *Search) next() int {
	if s.tried == nil {
		s.reset()
	}
	if s.chosen >= 0 {
		return s.chosen
	}
	return s.at
}

// add records what the attack that next returned did to a frame: how long it took, whether it changed the answer, and the loss.
func (s *Search) add(took time.Duration, changed bool, loss float64) {
	if s.chosen >= 0 {
		if took <= stage.Limit {
			s.late = 0
		} else if s.late++; s.late >= 4*rounds && s.tried[s.chosen].took() <= stage.Limit {
			s.reset() // the machine is slower than it was
		}
		return
	}
	i := s.next()
	t := &s.tried[i]
	t.times = append(t.times, took)
	t.loss += loss
	if changed {
		t.changed++
	}
	if took > 3*stage.Limit {
		s.over = i + 1 // those after it take longer still
	}
	if s.at++; s.at >= s.over {
		s.at = 0
		if s.round++; s.round == rounds {
			s.choose()
		}
	}
}

// choose takes the attack that changed the most answers among those that fit; of several, the one with the highest loss. If
// none fits, it is the quickest.
func (s *Search) choose() {
	best := -1
	for i := range s.over {
		t := &s.tried[i]
		if t.took() > stage.Limit {
			continue
		}
		if best < 0 || t.changed > s.tried[best].changed || t.changed == s.tried[best].changed && t.loss > s.tried[best].loss {
			best = i
		}
	}
	if best < 0 {
		best = 0
		for i := range s.over {
			if s.tried[i].took() < s.tried[best].took() {
				best = i
			}
		}
	}
	s.chosen = best
}

// attackStrongest attacks the frame, whose answer is known, with the strongest attack that fits, or with one that is tried.
func (p *Performer) attackStrongest(q stage.Request, label int, a *stage.Answer) (stage.Seen, error) {
	eps := float64(q.Setting.Eps) / 255
	if p.singleEps != q.Setting.Eps {
		p.singleEps = q.Setting.Eps
		p.search.reset()
		p.single = tally{}
	}
	candidate := p.search.next()
	method, params, err := attack.Parse(Candidates[candidate])
	if err != nil {
		return stage.Seen{}, err
	}
	params.Eps = eps
	seen, took, err := p.run(method, params, q.Frame, label)
	if err != nil {
		return stage.Seen{}, err
	}
	changed := seen.Top[0].Class != label
	searching := p.search.chosen < 0
	p.search.add(took, changed, loss.CrossEntropyValue(p.logits[:p.network.Classes()], label))
	a.Single = &stage.Single{Took: took, Searching: searching}
	if searching {
		return seen, nil
	}
	if q.Frame > p.singleFrame { // one that is held counts once
		p.singleFrame = q.Frame
		p.single.add(changed)
	}
	t := &p.search.tried[candidate]
	if len(t.times) > 0 { // the search may have begun again just now
		a.Single.Attack, a.Single.Measured = Candidates[candidate], t.took()
		a.Single.Fits = a.Single.Measured <= stage.Limit
	}
	a.Single.Result = p.single.sum()
	return seen, nil
}
