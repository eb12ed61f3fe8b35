package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"steady/core/loss"
)

// slice is how many images are prepared, evaluated or attacked together.
const slice = 256

type classResult struct {
	Class    int     `json:"class"`
	Label    string  `json:"label"`
	N        int     `json:"n"`
	Accuracy float64 `json:"accuracy"`
}

type evalResult struct {
	Model      string        `json:"model"`
	Data       string        `json:"data"`
	N          int           `json:"n"`
	Accuracy   float64       `json:"accuracy"`
	Corruption *string       `json:"corruption"`      // null on clean images
	Label      string        `json:"label,omitempty"` // of the corruption
	Severity   severity      `json:"severity"`        // 0 on clean images
	Profile    string        `json:"profile,omitempty"`
	Seed       uint64        `json:"seed"`
	Engine     string        `json:"engine"`
	Rate       float64       `json:"images_per_second"`
	Classes    []classResult `json:"classes,omitempty"`
}

func (a *app) evalCommand() *cobra.Command {
	flags := modelFlags{engine: engineFlags{logits: true}}
	var data dataFlags
	var corruption corruptFlags
	var name string
	var resize, perClass bool
	c := &cobra.Command{
		Use:   "eval [--model M] [--data DATA] [--corruption NAME --severity 1..5|range]",
		Short: "Measure a network's accuracy, on clean or corrupted images",
		Long: "Measures a network's accuracy. With --corruption the images are corrupted on the way, to the same bytes\n" +
			"that corrupt-set writes.",
		Example: "  steady eval\n" +
			"  steady eval --model cifar10-standard --data cifar-10-batches-bin --corruption fog --severity 5",
		Args: cobra.NoArgs,
	}
	flags.add(c)
	data.add(c)
	c.Flags().StringVar(&name, "corruption", "", "corrupt the images ('steady list corruptions')")
	corruption.add(c)
	c.Flags().BoolVar(&resize, "resize", false, "scale and crop images of another size than the network's")
	c.Flags().BoolVar(&perClass, "per-class", false, "show the accuracy of each class")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		var result evalResult
		var err error
		f := &feed{}
		if name != "" {
			if f.corruption, f.options, err = corruption.find(name); err != nil {
				return err
			}
			result.Corruption, result.Label, result.Severity = &f.corruption.Name, f.corruption.Label(), corruption.severity
			result.Profile, result.Seed = corruption.profile, corruption.seed
		} else if cmd.Flags().Changed("severity") || cmd.Flags().Changed("profile") || corruption.overlays.folder != "" {
			return usagef("--severity, --profile and --%s belong to a --corruption", overlaysFlag)
		}
		m, err := a.prepare(cmd.Context(), f, data, &flags, resize)
		if err != nil {
			return err
		}
		set := f.set
		begin := time.Now()
		right, total, err := a.evaluate(cmd.Context(), m, f)
		if err != nil {
			return err
		}
		result.Model, result.Data, result.N, result.Engine = m.name, set.Name, set.Len(), m.engineName()
		result.Rate = float64(set.Len()) / time.Since(begin).Seconds()
		sum := 0
		for k := range total {
			sum += right[k]
			if perClass && total[k] > 0 {
				result.Classes = append(result.Classes,
					classResult{k, className(set, m, k), total[k], float64(right[k]) / float64(total[k])})
			}
		}
		result.Accuracy = float64(sum) / float64(set.Len())
		return a.print(result, result.write)
	}
	return c
}

func (r evalResult) write(w io.Writer) {
	on := "clean"
	if r.Corruption != nil {
		on = fmt.Sprintf("%s, severity %v", r.Label, r.Severity)
	}
	fmt.Fprintf(w, "%s on %d images of %s (%s): accuracy %.2f %% (%.0f images/s)\n",
		r.Model, r.N, r.Data, on, 100*r.Accuracy, r.Rate)
	for _, c := range r.Classes {
		fmt.Fprintf(w, "  %6.2f %%  of %5d  %s\n", 100*c.Accuracy, c.N, c.Label)
	}
}

// evaluate counts, for each class, the images of a feed that are classified as it, and all of it.
func (a *app) evaluate(ctx context.Context, m *model, f *feed) (right, total []int, err error) {
	classes, n := m.Classes(), f.set.Len()
	right, total = make([]int, classes), make([]int, classes)
	x := make([]float32, min(slice, n)*f.shape.Size())
	logits := make([]float32, min(slice, n)*classes)
	p := a.newProgress("images", n)
	defer p.end()
	sum := 0
	for first := 0; first < n; first += slice {
		k := min(slice, n-first)
		if err := f.fill(ctx, x[:k*f.shape.Size()], first, k); err != nil {
			return nil, nil, err
		}
		if err := m.Logits(logits[:k*classes], x[:k*f.shape.Size()]); err != nil {
			return nil, nil, err
		}
		for i := range k {
			label := f.set.Labels[first+i]
			total[label]++
			if loss.ArgMax(logits[i*classes:][:classes]) == label {
				right[label]++
				sum++
			}
		}
		p.set(first+k, fmt.Sprintf("accuracy %.2f %%", 100*float64(sum)/float64(first+k)))
	}
	return right, total, nil
}
