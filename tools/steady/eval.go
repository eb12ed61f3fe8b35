package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"steady/core/corrupt"
	"steady/core/eval"
	"steady/tools/internal/corruptset"
	"steady/tools/internal/datafile"
	"steady/tools/internal/model"
	"steady/tools/internal/optionflags"
	"steady/tools/internal/output"
	"steady/tools/internal/overlays"
	"steady/tools/internal/progress"
)

type classResult struct {
	Class    int     `json:"class"`
	Label    string  `json:"label"`
	N        int     `json:"n"`
	Accuracy float64 `json:"accuracy"`
}

type evalResult struct {
	Model      string              `json:"model"`
	Data       string              `json:"data"`
	N          int                 `json:"n"`
	Accuracy   float64             `json:"accuracy"`
	Corruption *string             `json:"corruption"`      // null on clean images
	Label      string              `json:"label,omitempty"` // of the corruption
	Severity   corruptset.Severity `json:"severity"`        // 0 on clean images
	Profile    string              `json:"profile,omitempty"`
	Seed       uint64              `json:"seed"`
	Engine     string              `json:"engine"`
	Rate       float64             `json:"images_per_second"`
	TopK       int                 `json:"top_k,omitempty"`
	Top        float64             `json:"top_k_accuracy,omitempty"` // the label is among so many classes
	Classes    []classResult       `json:"classes,omitempty"`
	Out        string              `json:"predictions,omitempty"` // file of the predictions

	DataSeverity int      `json:"data_severity,omitempty"`   // of images that were corrupted before
	Skipped      []string `json:"skipped_damaged,omitempty"` // files left out
}

func (a *app) evalCommand() *cobra.Command {
	flags := logitsFlags()
	var data datafile.Flags
	var corruption corruptFlags
	var name, predictions string
	var size sizeFlags
	var perClass bool
	var top int
	var plan output.Plan
	c := &cobra.Command{
		Use:   "eval [--model M] [--data DATA] [--size N|HxW] [--corruption NAME --severity 1..5|range]",
		Short: "Measure a network's accuracy, on clean or corrupted images",
		Long: "Measures a network's accuracy. With --corruption the images are corrupted on the way, to the same bytes\n" +
			"that corrupt-set writes. Images of any size are scaled and cropped with --size, or --resize and --crop,\n" +
			"before they are corrupted; a folder of any number of them takes little memory. Of data that is corrupted\n" +
			"already, at five severities, as of CIFAR-10-C, --severity without --corruption chooses one.",
		Example: "  steady eval\n" +
			"  steady eval --model cifar10-standard --data cifar-10-batches-bin --corruption fog --severity 5\n" +
			"  steady eval --model cifar10-standard --data CIFAR-10-C/fog.npy,CIFAR-10-C/labels.npy --severity 3\n" +
			"  steady eval --model resnet50.onnx --data imagenet/val --resize 256 --crop 224 --top 5",
		Args: cobra.NoArgs,
	}
	flags.add(c)
	data.Add(c)
	c.Flags().StringVar(&name, "corruption", "", "corrupt the images ('steady list corruptions')")
	corruption.add(c)
	size.addForNetwork(c)
	c.Flags().StringVar(&flags.classMap, "class-map", "", model.ClassMapHelp)
	optionflags.AddWhole(c, optionflags.TopCount, &top)
	c.Flags().StringVar(&predictions, "predictions", "", "CSV file for the prediction of each image")
	plan.AddFlag(c.Flags())
	c.Flags().BoolVar(&perClass, "per-class", false, "show the accuracy of each class")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		var result evalResult
		var err error
		var o eval.Options
		if name != "" {
			if o.Corruption, o.Corrupt, err = corruption.find(name); err != nil {
				return err
			}
			result.Corruption, result.Label, result.Severity = &o.Corruption.Name, o.Corruption.Label(), corruption.severity()
			result.Profile, result.Seed = o.Corrupt.Profile.String(), o.Corrupt.Seed
		} else if cmd.Flags().Changed("profile") || cmd.Flags().Changed("seed") || corruption.overlays.folder != "" {
			return usagef("--profile, --seed and --%s belong to a --corruption", overlays.Flag)
		} else if cmd.Flags().Changed("severity") {
			if corruption.severity() == corrupt.FullRange {
				return usagef("--severity range belongs to a --corruption; without one, 1 to 5 is a severity of the data")
			}
			data.SetSeverity(int(corruption.severity()))
			result.DataSeverity = data.Severity()
		}
		if predictions != "" {
			plan.Input(append(data.Files(), flags.files()...)...)
			plan.Output("--predictions", predictions, ".csv")
		}
		if err := plan.Check(); err != nil {
			return err
		}
		m, err := a.prepare(cmd.Context(), &data, &flags, &size, o)
		if err != nil {
			return err
		}
		defer m.images().Close()
		if top > m.Classes() {
			return usagef("--top %d: want 1 to %d, the number of the network's classes", top, m.Classes())
		}
		bar := a.newProgress("images", m.source.Len())
		begin := time.Now()
		accuracy, err := eval.Evaluate(cmd.Context(), m, m.source, eval.AccuracyOptions{
			TopK: top, Predictions: predictions != "",
			Progress: func(a *eval.Accuracy) { bar.Set(a.N, fmt.Sprintf("accuracy %.2f %%", 100*a.Share())) },
		})
		bar.End()
		if err != nil {
			return sizeHint(err, m.InputShape()[2], m.InputShape()[1])
		}
		result.Model, result.Data, result.N, result.Engine = m.Name, m.images().Name, accuracy.N, m.BackendName()
		result.Skipped = datafile.Skipped(m.images())
		result.Rate = float64(accuracy.N) / progress.Elapsed(begin).Seconds()
		result.Accuracy = accuracy.Share()
		if top > 0 {
			result.TopK, result.Top = top, accuracy.Top.Share()
		}
		for k, count := range accuracy.Classes {
			if perClass && count.N > 0 {
				result.Classes = append(result.Classes, classResult{k, m.ClassName(k), count.N, count.Share()})
			}
		}
		if predictions != "" {
			result.Out = predictions
			if err := m.writePredictions(predictions, accuracy.Predictions); err != nil {
				return err
			}
		}
		return a.print(result, result.write)
	}
	return c
}

func (r evalResult) write(w io.Writer) {
	on := "clean"
	if r.DataSeverity > 0 {
		on = "as they are"
	}
	if r.Corruption != nil {
		on = fmt.Sprintf("%s, severity %v", r.Label, r.Severity)
	}
	fmt.Fprintf(w, "%s on %d images of %s (%s): accuracy %.2f %% (%.0f images/s)\n",
		r.Model, r.N, r.Data, on, 100*r.Accuracy, r.Rate)
	if r.TopK > 0 {
		fmt.Fprintf(w, "  the label is among the %d most probable classes of %.2f %%\n", r.TopK, 100*r.Top)
	}
	for _, c := range r.Classes {
		fmt.Fprintf(w, "  %6.2f %%  of %5d  %s\n", 100*c.Accuracy, c.N, c.Label)
	}
}

// writePredictions writes what the network says of each image as CSV.
func (s *subject) writePredictions(path string, predictions []eval.Prediction) error {
	return output.File(path, func(w io.Writer) error {
		table := csv.NewWriter(w)
		table.Write([]string{"image", "label", "label_name", "prediction", "prediction_name", "probability"})
		for i, p := range predictions {
			label := s.source.Labels()[i]
			table.Write([]string{s.images().File(i), strconv.Itoa(label), s.ClassName(label), strconv.Itoa(p.Class), s.ClassName(p.Class),
				strconv.FormatFloat(p.Probability, 'g', 6, 64)})
		}
		table.Flush()
		return table.Error()
	})
}
