package trainrun

import (
	"time"

	"steady/core/revision"
	"steady/core/train"
	"steady/tools/machine"
)

// describeRun writes into a model card with what program and where the network was trained, and in what time.
func describeRun(card *train.Card, history []train.Record, backend string) {
	card.Revision = revision.Read().Source()
	card.Date = time.Now().UTC().Format(time.RFC3339)
	card.Machine = machine.Describe()
	if backend != "cpu" {
		card.Machine += "; " + backend
	}
	if len(history) < card.Training.Epochs { // a run resumed from the checkpoint of a version that kept no history
		return
	}
	for _, r := range history {
		card.Seconds += r.Seconds
		card.ProcessorSeconds += r.ProcessorSeconds
	}
}
