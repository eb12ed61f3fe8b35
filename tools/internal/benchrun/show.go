package benchrun

import (
	"encoding/json"
	"fmt"
	"time"

	"steady/core/bench"
	"steady/tools/internal/progress"
)

// shower shows the progress of a run.
type shower struct {
	o     *Options
	names []string
	begin time.Time
	last  time.Time // of a line of JSON
	bar   *progress.Progress
}

func (o *Options) newShower(w *work) *shower {
	s := &shower{o: o, begin: time.Now()}
	for _, m := range w.stored {
		s.names = append(s.names, m.Name)
	}
	return s
}

// progressLine is a line of --json-progress.
type progressLine struct {
	Cells        int      `json:"cells"` // to compute in this run
	CellsDone    int      `json:"cells_done"`
	CellsFailed  int      `json:"cells_failed"`
	CellsBefore  int      `json:"cells_before"` // that the store had
	Images       int      `json:"images"`
	ImagesDone   int      `json:"images_done"`
	Rate         float64  `json:"images_per_second"`
	SecondsLeft  *float64 `json:"seconds_left"` // null if nothing is known
	Model        string   `json:"model"`
	Perturbation string   `json:"perturbation"`
}

func (s *shower) line(p bench.Progress) progressLine {
	l := progressLine{Cells: p.Cells, CellsDone: p.Done, CellsFailed: p.Failed, CellsBefore: p.Stored, Images: p.Images, ImagesDone: p.ImagesDone,
		Rate: float64(p.ImagesDone) / progress.Elapsed(s.begin).Seconds(), Perturbation: p.Perturbation.String(), Model: s.names[p.Subject]}
	if l.Rate > 0 {
		left := float64(p.Images-p.ImagesDone) / l.Rate
		l.SecondsLeft = &left
	}
	return l
}

func (s *shower) show(p bench.Progress) {
	l := s.line(p)
	if s.o.JSONProgress {
		if now := time.Now(); now.Sub(s.last) >= time.Second {
			s.last = now
			s.print(l)
		}
		return
	}
	if s.bar == nil {
		s.bar = progress.New(s.o.Messages, "images", p.Images)
	}
	s.bar.Set(p.ImagesDone, fmt.Sprintf("%d of %d cells; %s, %s", p.Done, p.Cells, l.Model, p.Perturbation.Label()))
}

// end shows how a run has ended.
func (s *shower) end(p bench.Progress) {
	if s.bar != nil {
		s.bar.End()
	}
	if s.o.JSONProgress {
		s.print(s.line(p))
	}
}

func (s *shower) print(l progressLine) {
	if b, err := json.Marshal(l); err == nil {
		fmt.Fprintf(s.o.Messages, "%s\n", b)
	}
}
