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
	"steady/core/net"
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
	Gradients  int           `json:"gradients"`
	Queries    int           `json:"queries"`
	Rate       float64       `json:"images_per_second"`
	Engine     string        `json:"engine"`
	Parameters attack.Params `json:"parameters"`
	Out        string        `json:"out,omitempty"`
}

func (a *app) attackCommand() *cobra.Command {
	var flags modelFlags
	var data dataFlags
	var eps, stepSize fraction
	var norm, target, out string
	var steps int
	var seed uint64
	var resize, goOn, randomStart bool
	c := &cobra.Command{
		Use:   "attack NAME [--model M] [--data DATA] [--norm linf|l2] [--eps 8/255] [--steps N]",
		Short: "Attack a network and measure what is left of its accuracy",
		Long: "Attacks a network and measures what is left of its accuracy. eps and step sizes are in pixel units, where\n" +
			"pixels are in [0,1]. An attack stops at an image's first success; images that are misclassified already\n" +
			"are left as they are and count as not robust. With a --target an attack succeeds when the network names\n" +
			"the target; images of the class that is aimed at are left out.",
		Example: "  steady attack pgd --eps 8/255 --steps 10\n" +
			"  steady attack fgsm --norm l2 --eps 0.5 --target least-likely --limit 100 --out adversarial.npy",
		Args: oneArg("an attack ('steady list attacks')"),
	}
	flags.add(c)
	data.add(c)
	c.Flags().StringVar(&norm, "norm", "linf", "what eps measures: linf (any pixel's change) or l2 (all together)")
	c.Flags().Var(&eps, "eps", "greatest distance of an adversarial image (default: 8/255, for l2 0.5)")
	c.Flags().IntVar(&steps, "steps", 0, "gradient steps (default: the attack's own)")
	c.Flags().Var(&stepSize, "step-size", "length of a step (default: 2.5·eps/steps)")
	c.Flags().BoolVar(&randomStart, "random-start", false, "start at a random point (default: the attack's own)")
	c.Flags().BoolVar(&goOn, "continue", false, "go on after the first success, for the highest loss")
	c.Flags().StringVar(&target, "target", "", "aim at a class: next, random, least-likely, or its name or number")
	c.Flags().Uint64Var(&seed, "seed", 0, "for what is random; the same seed gives the same images")
	c.Flags().BoolVar(&resize, "resize", false, "scale and crop images of another size than the network's")
	c.Flags().StringVar(&out, "out", "",
		"NumPy file for the adversarial images: float32 in [0,1], N × height × width × the network's channels")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		method, err := attack.Lookup(args[0])
		if err != nil {
			return err
		}
		n, err := attack.ParseNorm(norm)
		if err != nil {
			return usageError{err}
		}
		params := method.Default(n)
		params.Seed, params.Continue = seed, goOn
		if eps.set {
			params.Eps = eps.value
		}
		if cmd.Flags().Changed("steps") {
			params.Steps = steps
		}
		if stepSize.set {
			if stepSize.value <= 0 {
				return usagef("--step-size %s: a step has a length above 0", stepSize.text)
			}
			params.StepSize = stepSize.value
		}
		if cmd.Flags().Changed("random-start") {
			params.RandomStart = randomStart
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
		if params.Target, err = parseTarget(target, set, m); err != nil {
			return err
		}
		if params.Target.Choice == attack.FixedClass {
			if f.set, err = a.without(set, params.Target.Class, m); err != nil {
				return err
			}
		}
		// What is wrong with the parameters is known before an array is begun.
		if err := method.Check(params, m.InputShape()); err != nil {
			return err
		}
		result := attackResult{Attack: method.Name, Model: m.name, Data: set.Name, Out: out}
		work := func(w io.Writer) error { return a.attack(cmd.Context(), w, m, f, method, params, &result) }
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
	var l2, linf []float64
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
			bar.set(first+k*step.Step/(step.Steps+1), "")
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
		r.MedianL2, r.MedianLinf = median(l2), median(linf)
		r.Gradients += res.Gradients
		r.Queries += res.Queries
		r.Rate, r.Engine = float64(r.N)/time.Since(begin).Seconds(), m.engineName()
		bar.set(r.N, fmt.Sprintf("robust accuracy %.2f %%", 100*r.Robust))
	}
	if array != nil {
		return array.Close()
	}
	return nil
}

// channelsLast turns the first image of C × H × W into H × W × C.
func channelsLast(dst, planar []float32, s net.Shape) []float32 {
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
	slices.Sort(x)
	m := (x[(len(x)-1)/2] + x[len(x)/2]) / 2
	return &m
}

func (r attackResult) write(w io.Writer) {
	p := r.Parameters
	fmt.Fprintf(w, "%s (%v, eps %.4g, %d steps of %.4g) on %s, %d images of %s\n",
		r.Attack, p.Norm, p.Eps, p.Steps, p.StepSize, r.Model, r.N, r.Data)
	fmt.Fprintf(w, "  clean accuracy   %6.2f %%\n", 100*r.Clean)
	fmt.Fprintf(w, "  robust accuracy  %6.2f %%\n", 100*r.Robust)
	if r.Success != nil {
		fmt.Fprintf(w, "  success rate     %6.2f %% of the correctly classified\n", 100**r.Success)
	}
	if r.MedianL2 != nil {
		fmt.Fprintf(w, "  median distance  l2 %.4f, linf %.4f (%.1f/255)\n", *r.MedianL2, *r.MedianLinf, 255**r.MedianLinf)
	}
	fmt.Fprintf(w, "  %d gradients, %d queries, %.1f images/s\n", r.Gradients, r.Queries, r.Rate)
}
