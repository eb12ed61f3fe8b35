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

	method *attack.Attack
}

// stageResult is a part of an ensemble of attacks.
type stageResult struct {
	attack.Stage
	Accuracy float64 `json:"robust_accuracy"` // after it
}

func (a *app) attackCommand() *cobra.Command {
	var flags modelFlags
	var data dataFlags
	var params attackFlags
	var out string
	var resize, check bool
	c := &cobra.Command{
		Use:   "attack NAME[{OPTION=VALUE,...}] [--model M] [--data DATA] [--norm linf|l2|l1] [--eps 8/255] [--steps N]",
		Short: "Attack a network and measure what is left of its accuracy",
		Long: "Attacks a network and measures what is left of its accuracy. eps and step sizes are in pixel units, where\n" +
			"pixels are in [0,1]. An attack stops at an image's first success; images that are misclassified already\n" +
			"are left as they are and count as not robust. With a --target an attack succeeds when the network names\n" +
			"the target; images of the class that is aimed at are left out.\n\n" +
			"'steady list attacks' lists the attacks; docs/attacks.md explains them. Each takes the flags that fit it,\n" +
			"or the same as text with its name; a flag overrides the text. By default eps is 8/255 in linf, 0.5 in l2\n" +
			"and 12 in l1, and for an attack that looks for the nearest image any distance.\n" +
			"With --check in place of a NAME several attacks look for signs that such figures cannot be trusted.",
		Example: "  steady attack pgd --eps 8/255 --steps 10\n  steady attack 'pgd{eps=8/255,steps=10}'\n" +
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
			return a.checkAttacks(cmd.Context(), data, &flags, resize, params.options.values.Seed)
		}
		method, p, err := params.read(args[0])
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
		if params.target != "" {
			if p.Target, err = parseTarget(params.target, set, m); err != nil {
				return err
			}
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
		result := attackResult{Attack: method.Name, Model: m.name, Data: set.Name, Out: out, method: method}
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
		if className(set, m, k) == s {
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

func (r attackResult) write(w io.Writer) {
	fmt.Fprintf(w, "%s (%s) on %s, %d images of %s\n", r.Attack, r.method.Describe(r.Parameters), r.Model, r.N, r.Data)
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
