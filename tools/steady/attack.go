package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"steady/core/attack"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/tools/internal/datafile"
	"steady/tools/internal/interrupt"
	"steady/tools/internal/model"
	"steady/tools/internal/output"
	"steady/tools/internal/progress"
)

type attackResult struct {
	Attack string `json:"attack"`
	Model  string `json:"model"`
	Data   string `json:"data"`
	*eval.Robustness
	Skipped []string `json:"skipped_damaged,omitempty"` // files left out
	Seconds float64  `json:"seconds"`
	Rate    float64  `json:"images_per_second"`
	Engine  string   `json:"engine"`
	Out     string   `json:"out,omitempty"`

	method *attack.Attack
}

func (a *app) attackCommand() *cobra.Command {
	var flags modelFlags
	var data datafile.Flags
	var params attackFlags
	var out string
	var size sizeFlags
	var check bool
	var plan output.Plan
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
			"With --check in place of a NAME several attacks look for signs that such results are unreliable.",
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
	data.Add(c)
	data.AddSeverity(c)
	params.add(c)
	size.addForNetwork(c)
	c.Flags().StringVar(&flags.classMap, "class-map", "", model.ClassMapHelp)
	c.Flags().BoolVar(&check, "check", false, "look for signs that attack results on this network and data are unreliable")
	c.Flags().StringVar(&out, "out", "",
		"NumPy file for the adversarial images: float32 in [0,1], N × height × width × the network's channels")
	plan.AddFlag(c.Flags())
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if check {
			if len(args) > 0 {
				return usagef("--check runs attacks of its own: leave %s out", args[0])
			}
			if name := params.other(cmd, "seed"); name != "" || out != "" {
				return usagef("--check runs attacks of its own: leave --%s out", cmp.Or(name, "out"))
			}
			return a.checkAttacks(cmd.Context(), &data, &flags, &size, params.options.Values.Seed)
		}
		interrupt.Allow(cmd.Context(), interrupt.ForResult)
		method, p, err := params.read(args[0])
		if err != nil {
			return err
		}
		if out != "" {
			plan.Input(append(data.Files(), flags.files()...)...)
			plan.Output("--out", out, ".npy")
		}
		if err := plan.Check(); err != nil {
			return err
		}
		m, err := a.prepare(cmd.Context(), &data, &flags, &size, eval.Options{})
		if err != nil {
			return err
		}
		defer m.images().Close()
		if params.target != "" {
			if p.Target, err = m.parseTarget(params.target); err != nil {
				return err
			}
		}
		if p.Target.Choice == attack.FixedClass {
			if err := a.leaveOut(m, p.Target.Class); err != nil {
				return err
			}
		}
		// What is wrong with the parameters is known before an array is begun.
		if err := method.Check(p, m.InputShape()); err != nil {
			return err
		}
		if slices.Contains([]attack.Access{attack.Gradients, attack.MinimumNorm, attack.Ensemble}, method.Access) {
			if err := m.PrepareGradients(); err != nil {
				return err
			}
		}
		result := attackResult{Attack: method.Name, Model: m.Name, Data: m.images().Name, Out: out, method: method,
			Skipped: datafile.Skipped(m.images())}
		work := func(w io.Writer) error { return a.attack(cmd.Context(), w, m, method, p, &result) }
		if out == "" {
			err = work(nil)
		} else {
			err = output.File(out, work)
		}
		if err != nil {
			if errors.Is(err, context.Canceled) && result.Robustness != nil && result.N > 0 {
				a.say("Stopped after %d of %d images:", result.N, m.source.Len())
				result.write(a.stderr)
			}
			return sizeHint(err, m.InputShape()[2], m.InputShape()[1])
		}
		return a.print(result, result.write)
	}
	return c
}

// parseTarget is attack.ParseTarget that knows the names of classes.
func (s *subject) parseTarget(text string) (attack.Target, error) {
	for k := range s.Classes() {
		if text != "" && s.ClassName(k) == text {
			return attack.Target{Choice: attack.FixedClass, Class: k}, nil
		}
	}
	t, err := attack.ParseTarget(text)
	if err != nil {
		return t, usagef("--target: %w, or its name", err)
	}
	if t.Choice == attack.FixedClass && t.Class >= s.Classes() {
		return t, usagef("--target %d: the network's classes are 0 to %d", t.Class, s.Classes()-1)
	}
	return t, nil
}

// leaveOut leaves out the images of a class.
func (a *app) leaveOut(m *subject, class int) error {
	var kept []int
	for i, l := range m.source.Labels() {
		if l != class {
			kept = append(kept, i)
		}
	}
	if len(kept) == 0 {
		return usagef("--target %s: every image of %s is of this class", m.ClassName(class), m.images().Name)
	}
	if left := m.source.Len() - len(kept); left > 0 {
		a.say("%d images of the class %s itself are left out.", left, m.ClassName(class))
		m.source = m.source.Select(kept)
	}
	return nil
}

// attack attacks the images and writes the adversarial ones to w, if it is not nil.
func (a *app) attack(ctx context.Context, w io.Writer, m *subject, method *attack.Attack, p attack.Params, r *attackResult) error {
	total, s := m.source.Len(), m.InputShape()
	bar := a.newProgress("images", total)
	defer bar.End()
	o := eval.AttackOptions{Progress: func(images float64, r *eval.Robustness) {
		note := ""
		if r.N > 0 {
			note = fmt.Sprintf("robust accuracy %.2f %%", 100*r.Robust)
		}
		bar.Set(int(images), note)
	}}
	var array *dataset.NPYWriter
	if w != nil {
		var err error
		if array, err = dataset.NewNPYWriter(w, dataset.Float32, total, s[1], s[2], s[0]); err != nil {
			return err
		}
		o.Adversarial = func(x []float32) error { return array.WriteImages(x) }
	}
	begin := time.Now()
	var err error
	r.Robustness, err = eval.Attack(ctx, m, m.source, method, p, o)
	r.Seconds = progress.Elapsed(begin).Seconds()
	r.Rate, r.Engine = float64(r.N)/r.Seconds, m.BackendName()
	if err == nil && array != nil {
		err = array.Close()
	}
	return err
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
