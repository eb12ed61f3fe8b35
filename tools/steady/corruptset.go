package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/img"
)

func (a *app) corruptSetCommand() *cobra.Command {
	var flags corruptFlags
	var data dataFlags
	var out, labels string
	var all bool
	c := &cobra.Command{
		Use:   "corrupt-set NAME [--severity 1..5|range | --all] [--data DATA] --out X.npy",
		Short: "Corrupt a data set",
		Long: "Corrupts a data set and writes it as a NumPy array of bytes, N × height × width × 3: the layout of\n" +
			"CIFAR-10-C. A grey picture becomes three equal channels. X.npy,Y.npy is then DATA for eval and attack.\n" +
			"With --all it holds all images at severity 1, then all at severity 2, and so on, as CIFAR-10-C's files do.",
		Example: "  steady corrupt-set fog --severity 5 --out fog.npy --labels-out labels.npy\n" +
			"  steady eval --data fog.npy,labels.npy --model fashion-standard\n" +
			"  steady corrupt-set fog --all --data cifar-10-batches-bin --out fog.npy --labels-out labels.npy",
		Args: oneArg("a corruption"),
	}
	flags.add(c)
	data.add(c)
	c.Flags().StringVar(&out, "out", "", "NumPy file to write the images to")
	c.Flags().StringVar(&labels, "labels-out", "", "NumPy file to write the labels to, as int64")
	c.Flags().BoolVar(&all, "all", false, "all five severities, one after the other")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if all && cmd.Flags().Changed("severity") {
			return usagef("--severity and --all: one or the other")
		}
		corruption, options, err := flags.find(args[0])
		if err != nil {
			return err
		}
		if err := checkOut("out", out, ".npy"); err != nil {
			return err
		}
		if labels != "" {
			if err := checkOut("labels-out", labels, ".npy"); err != nil {
				return err
			}
		}
		set, err := a.open(cmd.Context(), data)
		if err != nil {
			return err
		}
		severities := []severity{flags.severity}
		if all {
			severities = []severity{1, 2, 3, 4, 5}
		}
		begin := time.Now()
		err = writeFile(out, func(w io.Writer) error {
			return a.corruptSet(cmd.Context(), w, set, corruption, severities, options)
		})
		if err != nil {
			return err
		}
		spent := time.Since(begin)
		if labels != "" {
			if err := writeFile(labels, func(w io.Writer) error {
				return writeLabels(w, slices.Repeat(set.Labels, len(severities)))
			}); err != nil {
				return err
			}
		}
		result := struct {
			Corruption string     `json:"corruption"`
			Severities []severity `json:"severities"`
			Profile    string     `json:"profile"`
			Seed       uint64     `json:"seed"`
			Data       string     `json:"data"`
			N          int        `json:"n"`
			Shape      []int      `json:"shape"`
			Out        string     `json:"out"`
			Rate       float64    `json:"images_per_second"`
		}{corruption.Name, severities, flags.profile, flags.seed, set.Name, set.Len() * len(severities),
			[]int{set.Len() * len(severities), set.H, set.W, 3}, out,
			float64(set.Len()*len(severities)) / spent.Seconds()}
		return a.print(result, func(w io.Writer) {
			fmt.Fprintf(w, "%s: %d images of %s with %s, severity %s (%.0f images/s)\n", out, result.N,
				result.Data, result.Corruption, strings.Trim(fmt.Sprint(severities), "[]"), result.Rate)
		})
	}
	return c
}

// corruptSet writes the images at one severity after the other, slice by slice; each slice is worked on by all cores,
// and every image has random numbers of its own, so that the bytes do not depend on how many cores there are.
func (a *app) corruptSet(ctx context.Context, w io.Writer, set *dataset.Set, c *corrupt.Corruption, severities []severity,
	o corrupt.Options) error {
	total := set.Len() * len(severities)
	array, err := dataset.NewNPYWriter(w, dataset.Uint8, total, set.H, set.W, 3)
	if err != nil {
		return err
	}
	plane := set.H * set.W
	bytes := make([]byte, min(slice, total)*plane*3)
	scratch := make([]*img.Image, workers())
	p := a.newProgress("images", total)
	defer p.end()
	for first := 0; first < total; first += slice {
		n := min(slice, total-first)
		err := parallel(ctx, n, func(worker, i int) error {
			if scratch[worker] == nil {
				scratch[worker] = img.New(set.W, set.H)
			}
			m, o := scratch[worker], o
			image := (first + i) % set.Len()
			o.Index, o.Severity, o.Grey = uint64(image), int(severities[(first+i)/set.Len()]), set.C == 1
			expand(m, set, image)
			if err := corruptImage(c, m, o); err != nil {
				return fmt.Errorf("image %d: %w", image, err)
			}
			corrupt.PutBytes(bytes[i*plane*3:], m)
			return nil
		})
		if err != nil {
			return err
		}
		if err := array.WriteUint8(bytes[:n*plane*3]); err != nil {
			return err
		}
		p.set(first+n, "")
	}
	return array.Close()
}

func writeLabels(w io.Writer, labels []int) error {
	array, err := dataset.NewNPYWriter(w, dataset.Int64, len(labels))
	if err != nil {
		return err
	}
	if err := array.WriteInt64(labels); err != nil {
		return err
	}
	return array.Close()
}
