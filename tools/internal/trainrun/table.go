package trainrun

import (
	"fmt"
	"strings"
	"time"

	"steady/core/option"
	"steady/core/phrase"
	"steady/core/train"
	"steady/core/train/monitor"
)

// table writes a line for each epoch.
type table struct {
	epochs int
	first  int // epochs before
	begin  time.Time
	line   func(string)
}

// newTable writes what the lines are of.
func newTable(o *Options, m *monitor.Monitor, first int, line func(string)) *table {
	line(describe(o.Monitor, m))
	line(" epoch    loss  training    clean  corrupted   PGD-10      rate    time    left")
	return &table{o.Config.Epochs, first, time.Now(), line}
}

// describe says in a sentence what the network is measured on.
func describe(o monitor.Options, m *monitor.Monitor) string {
	if m == nil {
		return "The network is not measured before the end (--monitor-every)."
	}
	var parts []string
	p := m.Plan()
	if p.CleanImages > 0 {
		parts = append(parts, fmt.Sprintf("%d clean", p.CleanImages))
	}
	if p.CorruptedImages > 0 {
		parts = append(parts, fmt.Sprintf("%d with each of %d corruptions (severity %d)", p.CorruptedImages, len(monitor.Corruptions()), monitor.Severity))
	}
	if p.AttackedImages > 0 {
		parts = append(parts, fmt.Sprintf("%d under PGD-10 (eps %s)", p.AttackedImages, option.FormatNumber(p.Eps, 255)))
	}
	images := "validation images"
	if p.On == train.Training {
		images = "images that it is trained on, for want of validation images (--validation)"
	}
	often := "each epoch"
	if o.Every > 1 {
		often = fmt.Sprintf("%d epochs", o.Every)
	}
	return fmt.Sprintf("After %s, the network is measured on %s: %s.", often, images, strings.Join(parts, ", "))
}

func (t *table) row(r train.Record) {
	m := r.Measured
	if m == nil {
		m = &train.Measured{}
	}
	left := "-" // of a run that is resumed, until it has trained for an epoch
	if done := r.Epoch - t.first; done > 0 {
		left = phrase.Duration(time.Duration(float64(time.Since(t.begin)) / float64(done) * float64(t.epochs-r.Epoch)))
	}
	width := len(fmt.Sprint(t.epochs))
	t.line(fmt.Sprintf("%6s %7.4f %9s %8s %10s %8s %9.3g %7s %7s", fmt.Sprintf("%*d/%d", width, r.Epoch, t.epochs), r.Loss,
		percent(&r.TrainingAccuracy), percent(m.Clean), percent(m.Corrupted), percent(m.Attacked), r.LearningRate,
		phrase.Seconds(r.Seconds+m.Seconds), left))
}

// percent returns an accuracy, "-" if it was not measured.
func percent(share *float64) string {
	if share == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100**share)
}
