package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"steady/core/eval"
	"steady/core/img"
	"steady/core/loss"
	"steady/tools/internal/input"
	"steady/tools/internal/model"
	"steady/tools/internal/optionflags"
	"steady/tools/internal/picture"
)

type prediction struct {
	Class       int     `json:"class"`
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
}

type predicted struct {
	File   string       `json:"file"`
	Width  int          `json:"width"`
	Height int          `json:"height"`
	Fitted bool         `json:"fitted"` // scaled and cropped to the network's size
	Top    []prediction `json:"top"`
}

func (a *app) predictCommand() *cobra.Command {
	flags := logitsFlags()
	top, megapixels := 3, 0
	c := &cobra.Command{
		Use:   "predict [--model M] IN...",
		Short: "Classify images",
		Long: "Classifies images: prints the most probable classes of each. An image of another size than the\n" +
			"network's is scaled so that its shorter side fits, and the middle is cut out.",
		Example: "  steady predict cat.jpg\n" +
			"  steady predict --model squeezenet.onnx --scale 255 --mean 123,117,104 --bgr --labels names.json cat.jpg",
		Args: cobra.MinimumNArgs(1),
	}
	flags.add(c)
	optionflags.AddSize(c, &flags.options.Size, "size of the images for a network that takes images of any size")
	optionflags.AddWhole(c, optionflags.Top, &top)
	optionflags.AddWhole(c, optionflags.MaxMegapixels, &megapixels)
	c.RunE = func(cmd *cobra.Command, files []string) error {
		files, err := input.Expand(files)
		if err != nil {
			return err
		}
		m, err := a.load(&flags, 3)
		if err != nil {
			return err
		}
		var out []predicted
		for _, file := range files {
			if err := cmd.Context().Err(); err != nil {
				return err
			}
			image, err := picture.Read(file, 1e6*megapixels, a.say)
			if err != nil {
				return picture.Hint(err)
			}
			p, err := predict(m, file, image, top)
			if err != nil {
				return err
			}
			if p.Fitted {
				s := m.InputShape()
				a.say("%s: %d×%d scaled and cropped to the network's %d×%d", file, p.Width, p.Height, s[2], s[1])
			}
			out = append(out, p)
		}
		result := struct {
			Model    string      `json:"model"`
			Pictures []predicted `json:"pictures"`
		}{m.Name, out}
		return a.print(result, func(w io.Writer) {
			for _, p := range out {
				fmt.Fprintln(w, p.File)
				for _, t := range p.Top {
					fmt.Fprintf(w, "  %5.1f %%  %s\n", 100*t.Probability, t.Label)
				}
			}
		})
	}
	return c
}

func predict(m *model.Model, file string, image *img.Image, top int) (predicted, error) {
	s := m.InputShape()
	p := predicted{File: file, Width: image.W, Height: image.H, Fitted: image.W != s[2] || image.H != s[1]}
	x := make([]float32, s.Size())
	if p.Fitted {
		image = image.Fit(s[2], s[1])
	}
	image.PutPlanes(x, s[0])
	logits := make([]float32, m.Classes())
	if err := m.Logits(logits, x); err != nil {
		return p, fmt.Errorf("%s: %w", file, err)
	}
	if err := loss.CheckFinite(logits); err != nil {
		return p, fmt.Errorf("%s: %w", file, err)
	}
	probabilities := make([]float32, len(logits))
	m.Probabilities(probabilities, logits)
	for _, k := range eval.TopClasses(probabilities, top) {
		p.Top = append(p.Top, prediction{k, m.ClassName(k), float64(probabilities[k])})
	}
	return p, nil
}
