package attack

import (
	"context"
	"fmt"
	"math"
	"slices"

	"steady/core/loss"
)

// Finding is the result of one of the checks of Diagnose.
type Finding struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"` // the figures, and what they mean if they are bad
}

// Diagnose looks for signs that attacks overestimate the robustness of a network: images or preprocessing that do not
// match, outputs that change, and gradients that are masked (Athalye, Carlini & Wagner 2018, "Obfuscated gradients give a
// false sense of security", section 3.1; Carlini et al. 2019, "On evaluating adversarial robustness"). A network
// without signs may still be overestimated; one with signs needs a closer look.
//
// A hundred images are enough. Images outside [0,1] are a finding, not an error, and then the only one. progress,
// which may be nil, is called with the number of checks done.
func Diagnose(ctx context.Context, m Model, x []float32, labels []int, seed uint64, progress func(done, of int)) (
	[]Finding, error) {
	d := &diagnosis{ctx: ctx, m: m, x: x, labels: labels, seed: seed, n: len(labels), classes: m.Classes(),
		elements: m.InputShape().Size()}
	if len(x) == 0 || len(x) != d.n*d.elements {
		return nil, fmt.Errorf("%w: %d numbers for %d images of %d", ErrInput, len(x), d.n, d.elements)
	}
	if d.classes < 2 {
		return nil, fmt.Errorf("%w: a network with %d class has no class to change to", ErrInput, d.classes)
	}
	if err := checkCriterion(Untargeted{labels}, d.n, d.classes); err != nil {
		return nil, err
	}
	checks := []func() error{d.inRange, d.preprocessing, d.repeats, d.areLogits, d.gradient, d.steps, d.blackBox, d.far}
	for k, check := range checks {
		if progress != nil {
			progress(k, len(checks))
		}
		if err := ctx.Err(); err != nil {
			return d.findings, err
		}
		if err := check(); err != nil {
			return d.findings, err
		}
		if k == 0 && !d.findings[0].OK {
			break
		}
	}
	if progress != nil {
		progress(len(checks), len(checks))
	}
	return d.findings, nil
}

// diagnosis is the state of the checks.
type diagnosis struct {
	ctx                  context.Context
	m                    Model
	x                    []float32
	labels               []int
	seed                 uint64
	n, classes, elements int
	findings             []Finding
	logits               []float32 // of x
	survivors            []int     // of the white-box attacks
}

const diagnoseEps = 8.0 / 255

func (d *diagnosis) find(name string, ok bool, format string, args ...any) {
	d.findings = append(d.findings, Finding{name, ok, fmt.Sprintf(format, args...)})
}

// few returns the number of images that may be exceptions: one in a hundred.
func (d *diagnosis) few() int { return d.n / 100 }

func (d *diagnosis) inRange() error {
	low, high := d.x[0], d.x[0]
	for i, v := range d.x {
		if v != v {
			d.find("images in [0,1]", false, "image %d: element %d is NaN", i/d.elements, i%d.elements)
			return nil
		}
		low, high = min(low, v), max(high, v)
	}
	if low < 0 || high > 1 {
		d.find("images in [0,1]", false, "elements go from %.4g to %.4g: eps means nothing there. Give pixels in [0,1], and put"+
			" what the network does to them first (scale, mean, deviation) into the network", low, high)
		return nil
	}
	d.find("images in [0,1]", true, "elements go from %.4g to %.4g", low, high)
	return nil
}

// right counts the images that are classified as their label.
func (d *diagnosis) right(x []float32) (int, []float32, error) {
	z := make([]float32, d.n*d.classes)
	if err := d.m.Logits(z, x); err != nil {
		return 0, nil, fmt.Errorf("attack: diagnosis: %w", err)
	}
	count := 0
	for i, l := range d.labels {
		if loss.ArgMax(z[i*d.classes:][:d.classes]) == l {
			count++
		}
	}
	return count, z, nil
}

// preprocessing checks whether the network would classify the images better with one of the usual preparations.
func (d *diagnosis) preprocessing() error {
	plain, z, err := d.right(d.x)
	if err != nil {
		return err
	}
	d.logits = z
	for i := range d.n {
		if err := checkLogits(z[i*d.classes:][:d.classes], i); err != nil {
			return fmt.Errorf("attack: diagnosis: %w", err)
		}
	}
	best, how := plain, ""
	for _, way := range []struct {
		name    string
		prepare func(v, mean, deviation float64) float64
	}{
		{"standardized", func(v, mean, deviation float64) float64 { return (v - mean) / max(deviation, 1e-6) }},
		{"in [-1,1]", func(v, _, _ float64) float64 { return 2*v - 1 }},
		{"in [0,255]", func(v, _, _ float64) float64 { return 255 * v }},
	} {
		count, _, err := d.right(d.prepared(way.prepare))
		if err != nil {
			return err
		}
		if count > best {
			best, how = count, way.name
		}
	}
	switch {
	case best > plain+max(d.n/10, 1):
		d.find("preprocessing inside the network", false, "%d of %d images are right, but %d if they are %s: put that into the"+
			" network", plain, d.n, best, how)
	case plain*d.classes < 2*d.n:
		d.find("preprocessing inside the network", false, "%d of %d images are right, which is hardly better than chance: do"+
			" the classes have another order, or the pixels?", plain, d.n)
	default:
		d.find("preprocessing inside the network", true, "%d of %d images are right, and none of the usual preparations makes"+
			" it many more", plain, d.n)
	}
	return nil
}

// prepared returns x with every element replaced by prepare, which is given its channel's mean and deviation.
func (d *diagnosis) prepared(prepare func(v, mean, deviation float64) float64) []float32 {
	out := slices.Clone(d.x)
	channels := 1
	if shape := d.m.InputShape(); len(shape) == 3 {
		channels = shape[0]
	}
	plane := d.elements / channels
	for c := range channels {
		sum, squares := 0.0, 0.0
		for i := range d.n {
			for _, v := range d.x[i*d.elements+c*plane:][:plane] {
				sum += float64(v)
				squares += float64(v) * float64(v)
			}
		}
		count := float64(d.n * plane)
		mean := sum / count
		deviation := math.Sqrt(max(squares/count-mean*mean, 0))
		for i := range d.n {
			part := out[i*d.elements+c*plane:][:plane]
			for j, v := range part {
				part[j] = float32(prepare(float64(v), mean, deviation))
			}
		}
	}
	return out
}

func (d *diagnosis) repeats() error {
	_, again, err := d.right(d.x)
	if err != nil {
		return err
	}
	largest := distanceLinf(again, d.logits)
	d.find("the same answer twice", largest == 0, "asked again, no logit differs by more than %.3g%s", largest,
		unless(largest == 0, ": a network that answers at random needs attacks that average over its answers, which are not here"))
	return nil
}

func (d *diagnosis) areLogits() error {
	probabilities := loss.AreProbabilities(d.logits, d.classes)
	d.find("logits", !probabilities, "the network's answers are %s", map[bool]string{
		true:  "probabilities: attacks use their logarithms, whose gradients do not vanish",
		false: "not probabilities",
	}[probabilities])
	if probabilities { // what follows looks at what attacks see
		d.m = newLogModel(d.m)
		loss.Log(d.logits, d.logits)
	}
	return nil
}

// gradient checks whether there are gradients, and whether the logits change as the gradients predict.
func (d *diagnosis) gradient() error {
	grad, z := make([]float32, len(d.x)), make([]float32, d.n*d.classes)
	slope := func(first int, logits, dlogits []float32) {
		for k := range len(logits) / d.classes {
			loss.MarginGradient(dlogits[k*d.classes:][:d.classes], logits[k*d.classes:][:d.classes], d.labels[first+k])
		}
	}
	if err := d.m.Gradient(grad, z, d.x, slope); err != nil {
		return fmt.Errorf("attack: diagnosis: %w", err)
	}
	const step = 0.01 // in L2: far less than any eps, far more than rounding
	ahead, behind := slices.Clone(d.x), slices.Clone(d.x)
	zero := 0
	length := make([]float64, d.n)
	for i := range d.n {
		g := grad[i*d.elements:][:d.elements]
		if length[i] = lengthL2(g); !(length[i] > 0) {
			zero++
			continue
		}
		for j, v := range g {
			u := float32(step * float64(v) / length[i])
			ahead[i*d.elements+j] += u
			behind[i*d.elements+j] -= u
		}
	}
	d.find("gradients that do not vanish", zero <= d.few(), "%d of %d images have a gradient of zero%s", zero, d.n,
		unless(zero <= d.few(), ": attacks by gradient cannot move them. Trust square and hopskipjump more"))
	_, up, err := d.right(ahead)
	if err != nil {
		return err
	}
	_, down, err := d.right(behind)
	if err != nil {
		return err
	}
	agree, with := 0, 0
	for i, l := range d.labels {
		if length[i] > 0 {
			with++
			rise := (loss.Margin(up[i*d.classes:][:d.classes], l) - loss.Margin(down[i*d.classes:][:d.classes], l)) / (2 * step)
			if ratio := rise / length[i]; ratio > 0.5 && ratio < 2 {
				agree++
			}
		}
	}
	ok := 4*agree >= 3*with
	d.find("gradients that tell the truth", ok, "along the gradient the answer of %d of %d images changes as the gradient"+
		" says%s", agree, with, unless(ok, ": it is shattered (steps, quantization), or not the network's own"))
	return nil
}

// attack runs an attack on some of the images, and returns those that survive.
func (d *diagnosis) attack(name string, of []int, change func(*Params)) (survivors []int, err error) {
	if len(of) == 0 {
		return nil, nil
	}
	a := named(name)
	p := a.Default(Linf)
	p.Eps, p.Seed = diagnoseEps, d.seed
	change(&p)
	x, labels := make([]float32, 0, len(of)*d.elements), make([]int, len(of))
	for k, i := range of {
		x = append(x, d.x[i*d.elements:][:d.elements]...)
		labels[k] = d.labels[i]
	}
	res, err := a.Run(d.ctx, d.m, x, labels, p, nil)
	if err != nil {
		return nil, err
	}
	for k, i := range of {
		if !res.Success[k] {
			survivors = append(survivors, i)
		}
	}
	return survivors, nil
}

func (d *diagnosis) everything() []int {
	all := make([]int, d.n)
	for i := range all {
		all[i] = i
	}
	return all
}

func (d *diagnosis) steps() error {
	one, err := d.attack("fgsm", d.everything(), func(*Params) {})
	if err != nil {
		return err
	}
	many, err := d.attack("pgd", d.everything(), func(p *Params) { p.Steps = 20 })
	if err != nil {
		return err
	}
	ok := len(many) <= len(one)+d.few()
	d.find("many steps beat one", ok, "at eps 8/255 %d of %d images survive one step, %d survive 20%s", len(one), d.n, len(many),
		unless(ok, ": gradients lead astray away from the image"))
	if d.survivors, err = d.attack("apgd-ce", many, func(p *Params) { p.Steps = 50 }); err != nil {
		return err
	}
	d.survivors, err = d.attack("apgd-t", d.survivors, func(p *Params) { p.Steps, p.Targets = 50, 3 })
	return err
}

func (d *diagnosis) blackBox() error {
	left, err := d.attack("square", d.survivors, func(p *Params) { p.Queries = 1000 })
	if err != nil {
		return err
	}
	broken := len(d.survivors) - len(left)
	ok := broken <= d.few()
	d.find("gradients beat the black box", ok, "%d of %d images survive pgd, apgd-ce and apgd-t at eps 8/255; square, without gradients,"+
		" breaks %d of these in 1,000 queries%s", len(d.survivors), d.n, broken, unless(ok, ": the gradients are masked"))
	return nil
}

func (d *diagnosis) far() error {
	left, err := d.attack("pgd", d.everything(), func(p *Params) { p.Eps, p.Steps = 128.0/255, 40 })
	if err != nil {
		return err
	}
	ok := len(left) <= d.few()
	d.find("nothing survives a large eps", ok, "%d of %d images survive pgd at eps 128/255, where any image can be made gray%s",
		len(left), d.n, unless(ok, ": the attack is blind, not the network robust"))
	return nil
}

// unless returns text, or nothing if ok.
func unless(ok bool, text string) string {
	if ok {
		return ""
	}
	return text
}
