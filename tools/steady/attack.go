package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"steady/core/attack"
	"steady/core/dataset"
	"steady/core/nn"
	"steady/tools/measure"
)

type attackResult struct {
	Attack     string        `json:"attack"`
	Model      string        `json:"model"`
	Data       string        `json:"data"`
	N          int           `json:"n"`
	Clean      float64       `json:"clean_accuracy"`
	Robust     float64       `json:"robust_accuracy"` // still classified as the label after the attack
	Success    *float64      `json:"success_rate"`    // of the correctly classified; null if there are none
	MedianL2   *float64      `json:"median_l2"`       // of these successes; null if there are none
	MedianLinf *float64      `json:"median_linf"`
	MedianL1   *float64      `json:"median_l1"`
	MedianL0   *float64      `json:"median_l0"`
	Gradients  int           `json:"gradients"`
	Queries    int           `json:"queries"`
	Seconds    float64       `json:"seconds"`
	Rate       float64       `json:"images_per_second"`
	Engine     string        `json:"engine"`
	Parameters attack.Params `json:"parameters"`
	Stages     []stageResult `json:"stages,omitempty"` // of an ensemble
	Notes      []string      `json:"notes,omitempty"`
	Out        string        `json:"out,omitempty"`

	uses func(attack.Parameter) bool
}

// stageResult is a part of an ensemble of attacks.
type stageResult struct {
	attack.Stage
	Accuracy float64 `json:"robust_accuracy"` // after it
}

// attackFlags are the parameters of attacks as flags. Those that are not given are the attack's own.
type attackFlags struct {
	params        attack.Params
	eps, stepSize fraction
	norm, target  string
	fast, plus    bool
}

func (f *attackFlags) add(c *cobra.Command) {
	flags, p := c.Flags(), &f.params
	flags.StringVar(&f.norm, "norm", "", "what eps measures: linf (any pixel's change), l2 or l1 (all together)\n"+
		"(default: the attack's usual one)")
	flags.Var(&f.eps, "eps", "greatest distance of an adversarial image (default: 8/255, for l2 0.5, for l1 12;\n"+
		"for an attack that looks for the nearest image none)")
	flags.IntVar(&p.Steps, "steps", 0, "gradient steps (default: the attack's own, as for all that follow)")
	flags.Var(&f.stepSize, "step-size", "length of a step")
	flags.BoolVar(&p.RandomStart, "random-start", false, "start at a random point")
	flags.IntVar(&p.Restarts, "restarts", 0, "random starts")
	flags.Float64Var(&p.Momentum, "momentum", 0, "how much of the directions before counts (mi-fgsm)")
	flags.IntVar(&p.Targets, "targets", 0, "classes to try one after another (apgd-t, fab-t)")
	flags.Float64Var(&p.Overshoot, "overshoot", 0, "how far to go beyond the boundary (deepfool)")
	flags.IntVar(&p.SearchSteps, "search-steps", 0, "bisections of the weight of the loss (cw)")
	flags.Float64Var(&p.Weight, "weight", 0, "first weight of the loss (cw)")
	flags.Float64Var(&p.Rotation, "rotation", 0, "greatest rotation in degrees (spatial)")
	flags.IntVar(&p.Rotations, "rotations", 0, "how many of them to try")
	flags.Float64Var(&p.Translation, "translation", 0, "greatest translation in pixels (spatial)")
	flags.IntVar(&p.Translations, "translations", 0, "how many of them to try along each axis")
	flags.BoolVar(&f.plus, "plus", false, "the larger ensemble (autoattack)")
	flags.BoolVar(&f.fast, "fast", false, "a smaller one (autoattack): APGD-CE with 20 steps, APGD-T and FAB-T with 3 targets\n"+
		"and 20 steps, Square with 500 queries")
	flags.BoolVar(&p.Continue, "continue", false, "go on after the first success, for the highest loss")
	flags.StringVar(&f.target, "target", "", "aim at a class: next, random, least-likely, or its name or number")
	flags.Float64Var(&p.Confidence, "confidence", 0, "lead in the logits that makes an answer adversarial")
	flags.IntVar(&p.Queries, "queries", 0, "most times an image may be put to the network, with a gradient or without")
	flags.Float64Var(&p.Seconds, "time", 0, "most seconds for every 256 images; what is found by then counts")
	flags.Uint64Var(&p.Seed, "seed", 0, "for what is random; the same seed gives the same images")
}

// apply gives the parameters of an attack, but for its target.
func (f *attackFlags) apply(method *attack.Attack, c *cobra.Command) (attack.Params, error) {
	norm := attack.Linf
	if len(method.Norms) > 0 {
		norm = method.Norms[0]
	}
	if f.norm != "" {
		var err error
		if norm, err = attack.ParseNorm(f.norm); err != nil {
			return attack.Params{}, usageError{err}
		}
		if len(method.Norms) == 0 {
			return attack.Params{}, usagef("--norm %s: what %s does is not measured by a norm", f.norm, method.Name)
		}
	}
	given := f.params
	if f.stepSize.set {
		if f.stepSize.value <= 0 {
			return attack.Params{}, usagef("--step-size %s: a step has a length above 0", f.stepSize.text)
		}
		given.StepSize = f.stepSize.value
	}
	given.Eps = f.eps.value
	switch {
	case f.fast && f.plus:
		return attack.Params{}, usagef("--fast and --plus: choose one")
	case f.fast:
		given.Version = attack.Fast
	case f.plus:
		given.Version = attack.Plus
	}
	p := method.Default(norm)
	for _, take := range []struct {
		flag string
		do   func()
	}{
		{"eps", func() { p.Eps = given.Eps }},
		{"steps", func() { p.Steps = given.Steps }},
		{"step-size", func() { p.StepSize = given.StepSize }},
		{"random-start", func() { p.RandomStart = given.RandomStart }},
		{"restarts", func() { p.Restarts = given.Restarts }},
		{"momentum", func() { p.Momentum = given.Momentum }},
		{"targets", func() { p.Targets = given.Targets }},
		{"overshoot", func() { p.Overshoot = given.Overshoot }},
		{"search-steps", func() { p.SearchSteps = given.SearchSteps }},
		{"weight", func() { p.Weight = given.Weight }},
		{"rotation", func() { p.Rotation = given.Rotation }},
		{"rotations", func() { p.Rotations = given.Rotations }},
		{"translation", func() { p.Translation = given.Translation }},
		{"translations", func() { p.Translations = given.Translations }},
		{"fast", func() { p.Version = given.Version }},
		{"plus", func() { p.Version = given.Version }},
		{"continue", func() { p.Continue = given.Continue }},
		{"confidence", func() { p.Confidence = given.Confidence }},
		{"queries", func() { p.Queries = given.Queries }},
		{"time", func() { p.Seconds = given.Seconds }},
		{"seed", func() { p.Seed = given.Seed }},
	} {
		if c.Flags().Changed(take.flag) {
			take.do()
		}
	}
	return p, nil
}

func (a *app) attackCommand() *cobra.Command {
	var flags modelFlags
	var data dataFlags
	var params attackFlags
	var out string
	var resize, check bool
	c := &cobra.Command{
		Use:   "attack NAME [--model M] [--data DATA] [--norm linf|l2|l1] [--eps 8/255] [--steps N]",
		Short: "Attack a network and measure what is left of its accuracy",
		Long: "Attacks a network and measures what is left of its accuracy. eps and step sizes are in pixel units, where\n" +
			"pixels are in [0,1]. An attack stops at an image's first success; images that are misclassified already\n" +
			"are left as they are and count as not robust. With a --target an attack succeeds when the network names\n" +
			"the target; images of the class that is aimed at are left out.\n\n" +
			"'steady list attacks' tells the attacks; docs/attacks.md explains them. Each takes the flags that fit it.\n" +
			"With --check in place of a NAME several attacks look for signs that such figures cannot be trusted.",
		Example: "  steady attack pgd --eps 8/255 --steps 10\n" +
			"  steady attack fgsm --norm l2 --eps 0.5 --target least-likely --limit 100 --out adversarial.npy\n" +
			"  steady attack autoattack --limit 500\n" +
			"  steady attack --check --limit 100",
		Args: func(cmd *cobra.Command, args []string) error {
			if check && len(args) == 0 {
				return nil
			}
			return oneArg("an attack ('steady list attacks')")(cmd, args)
		},
	}
	flags.add(c)
	data.add(c)
	params.add(c)
	c.Flags().BoolVar(&resize, "resize", false, "scale and crop images of another size than the network's")
	c.Flags().BoolVar(&check, "check", false, "look for signs that figures on this network and data cannot be trusted")
	c.Flags().StringVar(&out, "out", "",
		"NumPy file for the adversarial images: float32 in [0,1], N × height × width × the network's channels")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if check {
			if len(args) > 0 {
				return usagef("--check runs attacks of its own: leave %s out", args[0])
			}
			return a.checkAttacks(cmd.Context(), data, &flags, resize, params.params.Seed)
		}
		method, err := attack.Lookup(args[0])
		if err != nil {
			return err
		}
		p, err := params.apply(method, cmd)
		if err != nil {
			return err
		}
		if out != "" {
			if err := checkOut("out", out, ".npy"); err != nil {
				return err
			}
		}
		f := &feed{}
		m, err := a.prepare(cmd.Context(), f, data, &flags, resize)
		if err != nil {
			return err
		}
		set := f.set
		if p.Target, err = parseTarget(params.target, set, m); err != nil {
			return err
		}
		if p.Target.Choice == attack.FixedClass {
			if f.set, err = a.without(set, p.Target.Class, m); err != nil {
				return err
			}
		}
		// What is wrong with the parameters is known before an array is begun.
		if err := method.Check(p, m.InputShape()); err != nil {
			return err
		}
		result := attackResult{Attack: method.Name, Model: m.name, Data: set.Name, Out: out, uses: method.Uses}
		work := func(w io.Writer) error { return a.attack(cmd.Context(), w, m, f, method, p, &result) }
		if out == "" {
			err = work(nil)
		} else {
			err = writeFile(out, work)
		}
		if err != nil {
			if errors.Is(err, context.Canceled) && result.N > 0 {
				a.say("Stopped after %d of %d images:", result.N, f.set.Len())
				result.write(a.stderr)
			}
			return err
		}
		return a.print(result, result.write)
	}
	return c
}

// parseTarget is attack.ParseTarget that knows the names of classes.
func parseTarget(s string, set *dataset.Set, m *model) (attack.Target, error) {
	for k := range m.Classes() {
		if s != "" && className(set, m, k) == s {
			return attack.Target{Choice: attack.FixedClass, Class: k}, nil
		}
	}
	t, err := attack.ParseTarget(s)
	if err != nil {
		return t, usagef("--target: %w, or its name", err)
	}
	if t.Choice == attack.FixedClass && t.Class >= m.Classes() {
		return t, usagef("--target %d: the network's classes are 0 to %d", t.Class, m.Classes()-1)
	}
	return t, nil
}

// without leaves out the images of a class.
func (a *app) without(set *dataset.Set, class int, m *model) (*dataset.Set, error) {
	size := set.C * set.H * set.W
	rest := *set
	rest.Pix, rest.Labels = nil, nil
	for i, l := range set.Labels {
		if l != class {
			rest.Pix = append(rest.Pix, set.Pix[i*size:][:size]...)
			rest.Labels = append(rest.Labels, l)
		}
	}
	if len(rest.Labels) == 0 {
		return nil, usagef("--target %s: every image of %s is of this class", className(set, m, class), set.Name)
	}
	if left := set.Len() - rest.Len(); left > 0 {
		a.say("%d images of the class %s itself are left out.", left, className(set, m, class))
	}
	return &rest, nil
}

// attack runs an attack over a feed, slice by slice, adds up its figures and writes the images to w, if not nil.
func (a *app) attack(ctx context.Context, w io.Writer, m *model, f *feed, method *attack.Attack, p attack.Params,
	r *attackResult) error {
	total, s := f.set.Len(), f.shape
	var array *dataset.NPYWriter
	if w != nil {
		var err error
		if array, err = dataset.NewNPYWriter(w, dataset.Float32, total, s[1], s[2], s[0]); err != nil {
			return err
		}
	}
	r.Parameters = p
	r.Parameters.StepSize = method.StepSize(p)
	var l0, l1, l2, linf []float64
	correct, robust, success := 0, 0, 0
	x, last := make([]float32, min(slice, total)*s.Size()), make([]float32, s.Size())
	bar := a.newProgress("images", total)
	defer bar.end()
	begin := time.Now()
	for first := 0; first < total; first += slice {
		k := min(slice, total-first)
		if err := f.fill(ctx, x[:k*s.Size()], first, k); err != nil {
			return err
		}
		p.First = uint64(first)
		labels := f.set.Labels[first:][:k]
		res, err := method.Run(ctx, m, x[:k*s.Size()], labels, p, func(step attack.Step) {
			left := float64(k-step.Done) * float64(step.Step) / float64(step.Steps+1)
			bar.set(first+step.Done+int(left), "")
		})
		if err != nil {
			return err
		}
		for i, label := range labels {
			if res.Predicted[i] == label {
				robust++
			}
			if !res.Correct[i] {
				continue
			}
			correct++
			if res.Success[i] {
				success++
				l0, l1 = append(l0, float64(res.L0[i])), append(l1, res.L1[i])
				l2, linf = append(l2, res.L2[i]), append(linf, res.Linf[i])
			}
		}
		if array != nil {
			for adv := res.Adv; len(adv) > 0; adv = adv[s.Size():] {
				if err := array.WriteFloat32(channelsLast(last, adv, s)); err != nil {
					return err
				}
			}
		}
		r.N += k
		r.Clean, r.Robust = float64(correct)/float64(r.N), float64(robust)/float64(r.N)
		if correct > 0 {
			rate := float64(success) / float64(correct)
			r.Success = &rate
		}
		r.MedianL0, r.MedianL1, r.MedianL2, r.MedianLinf = median(l0), median(l1), median(l2), median(linf)
		r.Gradients += res.Gradients
		r.Queries += res.Queries
		r.Seconds = time.Since(begin).Seconds()
		r.Rate, r.Engine = float64(r.N)/r.Seconds, m.engineName()
		r.addStages(res.Stages, correct)
		r.note(res)
		bar.set(r.N, fmt.Sprintf("robust accuracy %.2f %%", 100*r.Robust))
	}
	if array != nil {
		return array.Close()
	}
	return nil
}

// channelsLast turns the first image of C × H × W into H × W × C.
func channelsLast(dst, planar []float32, s nn.Shape) []float32 {
	plane := s[1] * s[2]
	for i := range dst {
		dst[i] = planar[i%s[0]*plane+i/s[0]]
	}
	return dst
}

// median sorts x.
func median(x []float64) *float64 {
	if len(x) == 0 {
		return nil
	}
	m := measure.Median(x)
	return &m
}

// addStages adds what the parts of an ensemble did on a slice of the images; so far correct were right before.
func (r *attackResult) addStages(stages []attack.Stage, correct int) {
	if r.Stages == nil {
		r.Stages = make([]stageResult, len(stages))
	}
	for k, s := range stages {
		sum := &r.Stages[k]
		sum.Attack = s.Attack
		sum.Attempted += s.Attempted
		sum.Broken += s.Broken
		sum.Gradients += s.Gradients
		sum.Queries += s.Queries
		correct -= sum.Broken
		sum.Accuracy = float64(correct) / float64(r.N)
	}
}

// note keeps what was done other than asked for.
func (r *attackResult) note(res *attack.Result) {
	notes := res.Notes
	switch res.OutOf {
	case "queries":
		notes = append(notes, "the queries allowed were used up on some images")
	case "time":
		notes = append(notes, "the time allowed was used up")
	}
	for _, n := range notes {
		if !slices.Contains(r.Notes, n) {
			r.Notes = append(r.Notes, n)
		}
	}
}

// describe tells an attack's parameters in words.
func (r attackResult) describe() string {
	p, text := r.Parameters, ""
	add := func(format string, args ...any) {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf(format, args...)
	}
	if r.uses(attack.ParamEps) {
		add("%v", p.Norm)
	}
	if p.Eps > 0 {
		add("eps %.4g", p.Eps)
	}
	if r.uses(attack.ParamVersion) {
		add("%v", p.Version)
	}
	switch {
	case p.Steps > 0 && p.StepSize > 0:
		add("%d steps of %.4g", p.Steps, p.StepSize)
	case p.Steps > 0:
		add("%d steps", p.Steps)
	}
	if p.Restarts > 1 {
		add("%d restarts", p.Restarts)
	}
	if p.Targets > 0 {
		add("%d targets", p.Targets)
	}
	if p.Queries > 0 {
		add("%d queries", p.Queries)
	}
	if r.uses(attack.ParamRotation) {
		add("%d rotations to %.4g°, %d × %d translations to %.4g pixels",
			p.Rotations, p.Rotation, p.Translations, p.Translations, p.Translation)
	}
	return text
}

func (r attackResult) write(w io.Writer) {
	fmt.Fprintf(w, "%s (%s) on %s, %d images of %s\n", r.Attack, r.describe(), r.Model, r.N, r.Data)
	fmt.Fprintf(w, "  clean accuracy   %6.2f %%\n", 100*r.Clean)
	for _, s := range r.Stages {
		fmt.Fprintf(w, "    %-10s     %6.2f %%  broke %d of %d (%d gradients, %d queries)\n",
			s.Attack, 100*s.Accuracy, s.Broken, s.Attempted, s.Gradients, s.Queries)
	}
	fmt.Fprintf(w, "  robust accuracy  %6.2f %%\n", 100*r.Robust)
	if r.Success != nil {
		fmt.Fprintf(w, "  success rate     %6.2f %% of the correctly classified\n", 100**r.Success)
	}
	if r.MedianL2 != nil {
		fmt.Fprintf(w, "  median distance  l2 %.4f, linf %.4f (%.1f/255), l1 %.3f, l0 %.0f\n",
			*r.MedianL2, *r.MedianLinf, 255**r.MedianLinf, *r.MedianL1, *r.MedianL0)
	}
	fmt.Fprintf(w, "  %d gradients, %d queries in %.1f s: %.1f images/s, %.0f gradients and queries/s\n",
		r.Gradients, r.Queries, r.Seconds, r.Rate, float64(r.Gradients+r.Queries)/r.Seconds)
	for _, n := range r.Notes {
		fmt.Fprintf(w, "  Note: %s.\n", n)
	}
}
