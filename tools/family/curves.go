package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"steady/core/chart"
	"steady/core/train"
	"steady/core/train/monitor"
	"steady/tools/internal/output"
)

// log returns the file of what is known of the epochs of a network.
func (o *options) log(m member) string { return filepath.Join(o.logs, m.name+".jsonl") }

// readLog reads the log of a network, nil if there is none.
func (o *options) readLog(m member) ([]train.Record, error) {
	b, err := os.ReadFile(o.log(m))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var records []train.Record
	for d := json.NewDecoder(bytes.NewReader(b)); ; {
		var r train.Record
		switch err := d.Decode(&r); {
		case err == io.EOF:
			return records, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", o.log(m), err)
		}
		records = append(records, r)
	}
}

// writeCurves draws the logs of the networks for some data as one figure, if there are any.
func (o *options) writeCurves(family []member, data string) error {
	names := []string{
		"Clean images of those that it is trained on, %",
		fmt.Sprintf("The same with %d corruptions of severity %d, %%", len(monitor.Corruptions()), monitor.Severity),
		"The same under PGD-10, %",
	}
	panels := make([]chart.Panel, len(names))
	for i, name := range names {
		panels[i] = chart.Panel{X: chart.Axis{Min: 0, Max: 100}, Y: chart.Axis{Label: name}, Height: 160}
	}
	panels[len(panels)-1].X.Label = "part of the training that is done, %"
	series := chart.Series(0)
	for _, m := range family {
		if m.data != data {
			continue
		}
		records, err := o.readLog(m)
		if err != nil {
			return err
		}
		if len(records) == 0 {
			continue
		}
		for i, of := range []func(*train.Measured) *float64{
			func(m *train.Measured) *float64 { return m.Clean },
			func(m *train.Measured) *float64 { return m.Corrupted },
			func(m *train.Measured) *float64 { return m.Attacked },
		} {
			l := chart.Line{Name: m.name, Series: series, Note: func(p chart.Point) string { return fmt.Sprintf("%s: %.1f %%", m.name, p.Y) }}
			for _, r := range records {
				if r.Measured != nil && of(r.Measured) != nil {
					l.Points = append(l.Points, chart.Point{X: 100 * float64(r.Epoch) / float64(len(records)), Y: 100 * *of(r.Measured)})
				}
			}
			panels[i].Marks = append(panels[i].Marks, l)
		}
		series++
	}
	if series == 0 {
		return nil
	}
	f := chart.Figure{
		Title:       "What the networks learn, and when",
		Description: "Accuracy of each network on clean, corrupted and attacked images that it is trained on, over the training.",
		Panels:      panels, ID: "curves-" + data,
	}
	return output.File(filepath.Join(o.logs, data+".svg"), func(w io.Writer) error { _, err := w.Write(f.SVG()); return err })
}
