package trainrun

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"steady/core/engine"
	"steady/core/train"
	"steady/core/train/monitor"
	"steady/tools/internal/output"
	"steady/tools/internal/progress"
	"steady/tools/measure"
)

func (o *Options) restore(t *train.Trainer, checkpoint string) error {
	file, err := os.Open(checkpoint)
	if errors.Is(err, fs.ErrNotExist) {
		o.say("There is no %s: beginning with the first epoch.", checkpoint)
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if err := t.Restore(file); err != nil {
		return fmt.Errorf("%s: %w", checkpoint, err)
	}
	o.say("Going on after epoch %d.", t.Epoch())
	return nil
}

// newMonitor prepares the images that the network is measured on: of the validation images, or else of those that it is
// trained on. It returns nil if the network is not to be measured.
func (o *Options) newMonitor(ctx context.Context, d data, t *train.Trainer) (*monitor.Monitor, error) {
	if o.Monitor.Every == 0 {
		return nil, t.CheckPlan(train.Measured{})
	}
	set, on := d.train, train.Training
	if d.validation != nil {
		set, on = d.validation, train.Validation
	}
	m, err := monitor.New(ctx, set, on, o.Monitor)
	if err != nil {
		return nil, err
	}
	return m, t.CheckPlan(m.Plan())
}

// epochs are the epochs of a run. After each there is a checkpoint; then the network is measured, if it is due, and there
// is another one. So an interruption loses no more than the epoch or the measurement under way.
type epochs struct {
	options    *Options
	trainer    *train.Trainer
	monitor    *monitor.Monitor // nil if the network is not measured
	data       string           // name of the images to train on
	images     int              // their number
	checkpoint string
	saved      int // epoch of the checkpoint; 0 without one

	trained int           // images, since the run began or was resumed
	took    time.Duration // training on them
}

func (r *epochs) all(ctx context.Context) error {
	o, t := r.options, r.trainer
	r.saved = t.Epoch()
	first, batches := t.Epoch(), r.images/o.Config.Batch
	bar := progress.New(o.Messages, "images", (o.Config.Epochs-first)*batches*o.Config.Batch)
	defer bar.End()
	set := bar.Set
	if o.Progress != nil {
		set = func(n int, _ string) { o.Progress(first*batches*o.Config.Batch + n) }
	}
	if err := r.beginLog(); err != nil {
		return err
	}
	if t.Done() && !r.unmeasured() {
		return nil
	}
	table := newTable(o, r.monitor, first, bar.Line)
	if r.unmeasured() { // the run was interrupted before that
		if err := r.finish(ctx, table); err != nil {
			return r.failed(ctx, err)
		}
	}
	for !t.Done() {
		begin, used := time.Now(), measure.ProcessorTime()
		err := t.RunEpoch(ctx, func(p train.Progress) {
			set(((p.Epoch-1-first)*batches+p.Step)*o.Config.Batch, fmt.Sprintf("epoch %d of %d, loss %.3f, accuracy %.1f %%",
				p.Epoch, p.Epochs, p.Loss, 100*p.Accuracy))
		})
		r.took += time.Since(begin)
		if err != nil {
			return r.failed(ctx, err)
		}
		r.trained += batches * o.Config.Batch
		t.AddProcessorTime(measure.ProcessorTime() - used)
		if err := r.save(); err != nil {
			return err
		}
		if err := r.finish(ctx, table); err != nil {
			return r.failed(ctx, err)
		}
	}
	return nil
}

// unmeasured reports whether the last epoch is still to be measured.
func (r *epochs) unmeasured() bool {
	h := r.trainer.History()
	return r.monitor != nil && len(h) > 0 && h[len(h)-1].Measured == nil && r.monitor.Due(r.trainer.Epoch(), r.options.Config.Epochs)
}

// finish measures the network after an epoch, if it is due, and reports on the epoch.
func (r *epochs) finish(ctx context.Context, table *table) error {
	if r.unmeasured() {
		err := r.trainer.Evaluate(func(e *engine.Engine) error {
			m, err := r.monitor.Measure(ctx, e)
			if err != nil {
				return err
			}
			return r.trainer.AddMeasured(m)
		})
		if err != nil {
			return err
		}
		if err := r.save(); err != nil {
			return err
		}
	}
	history := r.trainer.History()
	last := history[len(history)-1]
	table.row(last)
	if last.Warning != "" {
		table.line("WARNING: " + last.Warning)
	}
	if err := r.appendLog(last); err != nil {
		return err
	}
	return r.plot()
}

func (r *epochs) save() error {
	if err := output.File(r.checkpoint, r.trainer.Checkpoint); err != nil {
		return err
	}
	r.saved = r.trainer.Epoch()
	return nil
}

// rate returns how many images were trained on in a second, 0 if none were.
func (r *epochs) rate() float64 {
	if r.trained == 0 {
		return 0
	}
	return float64(r.trained) / max(r.took, time.Microsecond).Seconds()
}

// failed returns the error of a run that err has ended: if it was interrupted, how it goes on.
func (r *epochs) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil && r.saved > 0 {
		return r.stopped()
	}
	return err
}

// stopped returns the error of a run that was interrupted and has a checkpoint.
func (r *epochs) stopped() error {
	return progress.Stopped{Text: fmt.Sprintf("stopped; the same command with --resume goes on after epoch %d", r.saved)}
}
