package elastic

import (
	"encoding/json"
	"fmt"
	"time"

	"steady/tools/internal/progress"
)

// shower shows how far a server has come.
type shower struct {
	serving *serving
	begin   time.Time
	bar     *progress.Progress // nil for lines of JSON
	ended   bool
}

// progressLine is a line of --json-progress, that of 'steady bench run' with the number of workers.
type progressLine struct {
	Cells       int      `json:"cells"` // to compute
	CellsDone   int      `json:"cells_done"`
	CellsFailed int      `json:"cells_failed"`
	CellsBefore int      `json:"cells_before"` // that the store had
	Images      int      `json:"images"`
	ImagesDone  int      `json:"images_done"`
	Rate        float64  `json:"images_per_second"`
	SecondsLeft *float64 `json:"seconds_left"` // null if nothing is known
	Workers     int      `json:"workers"`
	Busy        int      `json:"workers_busy"`
}

func newShower(v *serving) *shower {
	s := &shower{serving: v, begin: time.Now()}
	if !v.options.Run.JSONProgress {
		s.bar = progress.New(v.options.Run.Messages, "images", v.ledger.Progress().Images)
	}
	return s
}

func (s *shower) show() {
	p := s.serving.ledger.Progress()
	workers, busy := s.serving.living()
	if s.bar != nil {
		s.bar.Set(p.ImagesDone, fmt.Sprintf("%d of %d cells; %d workers, %d with a task", p.Done, p.Cells, workers, busy))
		return
	}
	l := progressLine{Cells: p.Cells, CellsDone: p.Done, CellsFailed: p.Failed, CellsBefore: p.Stored, Images: p.Images, ImagesDone: p.ImagesDone,
		Rate: float64(p.ImagesDone) / progress.Elapsed(s.begin).Seconds(), Workers: workers, Busy: busy}
	if l.Rate > 0 {
		left := float64(p.Images-p.ImagesDone) / l.Rate
		l.SecondsLeft = &left
	}
	if b, err := json.Marshal(l); err == nil {
		fmt.Fprintf(s.serving.options.Run.Messages, "%s\n", b)
	}
}

// end ends what is shown, once.
func (s *shower) end() {
	if s.ended {
		return
	}
	s.ended = true
	if s.bar != nil {
		s.bar.End()
	} else {
		s.show()
	}
}
