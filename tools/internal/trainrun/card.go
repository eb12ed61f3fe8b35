package trainrun

import (
	"time"

	"steady/core/train"
	"steady/tools/internal/buildinfo"
	"steady/tools/machine"
)

// describeRun writes into a model card with what program and where the network was trained, and in what time. That of a run
// that was resumed is in proportion to the epochs since.
func describeRun(card *train.Card, r *Result) {
	card.Revision = buildinfo.Describe().Source()
	card.Date = time.Now().UTC().Format(time.RFC3339)
	card.Machine = machine.Describe()
	if gpu := r.Engine; gpu != "cpu" {
		card.Machine += "; " + gpu
	}
	if epochs := r.Epochs - r.Resumed; epochs > 0 {
		card.Seconds = r.Seconds * float64(r.Epochs) / float64(epochs)
	}
}
