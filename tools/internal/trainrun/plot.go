package trainrun

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"steady/core/chart"
	"steady/core/train"
	"steady/tools/internal/output"
	"steady/tools/internal/usage"
)

// plot draws the curves of the epochs so far to Options.Plot.
func (r *epochs) plot() error {
	if r.options.Plot == "" {
		return nil
	}
	title := fmt.Sprintf("%s on %s", r.options.Config.Recipe, r.data)
	return writePlot(r.options.Plot, title, r.trainer.History(), r.options.Config.Epochs)
}

// Plotted is what PlotLog has drawn.
type Plotted struct {
	Log    string `json:"log"`
	Plot   string `json:"plot"`
	Epochs int    `json:"epochs"`
}

// Write writes it as text.
func (p *Plotted) Write(w io.Writer) {
	fmt.Fprintf(w, "%s: %d epochs of %s\n", p.Plot, p.Epochs, p.Log)
}

// PlotLog draws the curves of a log that a run has written.
func PlotLog(log, file string, plan output.Plan) (*Plotted, error) {
	plan.Input(log)
	plan.Output("--plot", file, ".svg")
	if err := plan.Check(); err != nil {
		return nil, err
	}
	history, err := readLog(log)
	if err != nil {
		return nil, err
	}
	if len(history) == 0 {
		return nil, usage.Errorf("--log %s: there is no epoch in it", log)
	}
	title := strings.TrimSuffix(filepath.Base(log), filepath.Ext(log))
	return &Plotted{log, file, len(history)}, writePlot(file, title, history, history[len(history)-1].Epoch)
}

// isFigure reports whether a file begins as one that writePlot has written.
func isFigure(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	begin := make([]byte, 100)
	n, _ := io.ReadFull(f, begin)
	return chart.IsSVG(begin[:n])
}

func writePlot(file, title string, history []train.Record, epochs int) error {
	b := curves(title, history, epochs).SVG()
	return output.File(file, func(w io.Writer) error { _, err := w.Write(b); return err })
}

// maxLog bounds what is read of a log.
const maxLog = 256 << 20

// readLog reads a log. A last line that is not whole, of a run that was killed, is left out.
func readLog(file string) (history []train.Record, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxLog))
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(b)) {
		var r train.Record
		if line[0] == '{' && !strings.HasSuffix(line, "\n") {
			break
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Epoch < 1 {
			return nil, usage.Errorf("--log %s: line %d is not that of an epoch: want what steady train --log writes", file, len(history)+1)
		}
		history = append(history, r)
	}
	return history, nil
}

// curves returns the figure of some epochs of a run: the loss, the accuracies and the learning rate.
func curves(title string, history []train.Record, epochs int) chart.Figure {
	x := chart.Axis{Whole: true, Min: 1, Max: float64(epochs)}
	line := func(name string, s chart.Series, value func(train.Record) *float64, format string, scale float64) chart.Line {
		l := chart.Line{Series: s, Note: func(p chart.Point) string { return fmt.Sprintf("epoch %g: "+format, p.X, p.Y) }}
		last := math.NaN()
		for _, r := range history {
			v := value(r)
			if v == nil { // not measured after each epoch: the line goes on
				continue
			}
			last = *v * scale
			l.Points = append(l.Points, chart.Point{X: float64(r.Epoch), Y: last})
		}
		if len(l.Points) > 0 {
			l.Name = strings.TrimSpace(name + " " + fmt.Sprintf(format, last))
		}
		return l
	}
	measured := func(value func(*train.Measured) *float64) func(train.Record) *float64 {
		return func(r train.Record) *float64 {
			if r.Measured == nil {
				return nil
			}
			return value(r.Measured)
		}
	}
	const percent = "%.1f %%"
	accuracies := []chart.Mark{line("training", 0, func(r train.Record) *float64 { return &r.TrainingAccuracy }, percent, 100)}
	var on []string // what the lines are measured on
	var m train.Measured
	for _, r := range history {
		if r.Measured != nil {
			m = *r.Measured
		}
	}
	for i, l := range []struct {
		name   string
		images int
		value  func(*train.Measured) *float64
	}{
		{"clean", m.CleanImages, func(m *train.Measured) *float64 { return m.Clean }},
		{"corrupted", m.CorruptedImages, func(m *train.Measured) *float64 { return m.Corrupted }},
		{"PGD-10", m.AttackedImages, func(m *train.Measured) *float64 { return m.Attacked }},
	} {
		if l.images > 0 {
			accuracies = append(accuracies, line(l.name, chart.Series(i+1), measured(l.value), percent, 100))
			on = append(on, fmt.Sprintf("%s on %d", l.name, l.images))
		}
	}
	label := "accuracy (%)"
	if len(on) > 0 {
		label += fmt.Sprintf(", %s %s images", strings.Join(on, ", "), m.On)
	}
	return chart.Figure{
		Title: title, Description: fmt.Sprintf("Loss, accuracy and learning rate of %d epochs of %d.", len(history), epochs),
		Panels: []chart.Panel{
			{X: x, Y: chart.Axis{Label: "loss"}, Height: 140, Marks: []chart.Mark{
				line("", 0, func(r train.Record) *float64 { return &r.Loss }, "%.3f", 1)}},
			{X: x, Y: chart.Axis{Label: label, Max: 100}, Height: 240, Marks: accuracies},
			{X: chart.Axis{Label: "epoch", Whole: true, Min: x.Min, Max: x.Max}, Y: chart.Axis{Label: "learning rate"}, Height: 80, Marks: []chart.Mark{
				line("", 0, func(r train.Record) *float64 { return &r.LearningRate }, "%.3g", 1)}},
		},
	}
}
