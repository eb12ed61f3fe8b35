package benchrun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"steady/core/dataset"
	"steady/tools/internal/progress"
)

// reading reads images for their hashes, and shows how far that is.
type reading struct {
	o           *Options
	total, done int // images
	begin, last time.Time
	bar         *progress.Progress
	found       map[string]string // hashes of what was read, by fingerprints
}

func (o *Options) newReading(total int) *reading {
	r := &reading{o: o, total: total, begin: time.Now(), found: map[string]string{}}
	if !o.JSONProgress {
		r.bar = progress.New(o.Messages, "images", total)
	}
	return r
}

// readingLine is a line of --json-progress.
type readingLine struct {
	Reading     string  `json:"reading"` // file or set
	Images      int     `json:"images"`
	ImagesDone  int     `json:"images_done"`
	Rate        float64 `json:"images_per_second"`
	SecondsLeft float64 `json:"seconds_left"`
}

// hash returns the hash of images: that of the store, if their files are as they were when they were read for it.
func (r *reading) hash(ctx context.Context, images *dataset.Images, name string) (string, error) {
	begin := time.Now()
	print, latest, err := fingerprint(ctx, images)
	if err != nil {
		return "", r.stopped(err)
	}
	if hash, at := knownHash(r.o.Out, print); hash != "" {
		r.done += images.Len()
		r.o.say("%s: not read again, since all %d files have the sizes and times that they had at %s, when they were read for %s.",
			name, images.Len(), at, r.o.Out)
		return hash, nil
	}
	hash, err := r.read(ctx, images, name)
	if err == nil && print != "" && begin.Sub(latest) > settled {
		if again, _, err := fingerprint(ctx, images); err == nil && again == print { // nothing has changed in the meantime
			r.found[print] = hash
		}
	}
	return hash, err
}

func (r *reading) read(ctx context.Context, images *dataset.Images, name string) (string, error) {
	before := r.done
	hash, err := images.Hash(ctx, func(done int) {
		r.done = before + done
		r.show(name)
	})
	return hash, r.stopped(err)
}

// stopped returns an error, and for that of a context that has ended what it means here.
func (r *reading) stopped(err error) error {
	if !errors.Is(err, context.Canceled) {
		return err
	}
	r.end()
	return progress.Stopped{Text: fmt.Sprintf("stopped after reading %d of %d images, before anything was measured", r.done, r.total)}
}

func (r *reading) show(name string) {
	if r.bar != nil {
		r.bar.Set(r.done, "reading "+name)
		return
	}
	now := time.Now()
	if now.Sub(r.last) < time.Second {
		return
	}
	r.last = now
	rate := float64(r.done) / progress.Elapsed(r.begin).Seconds()
	if b, err := json.Marshal(readingLine{name, r.total, r.done, rate, float64(r.total-r.done) / rate}); err == nil {
		fmt.Fprintf(r.o.Messages, "%s\n", b)
	}
}

func (r *reading) end() {
	if r.bar != nil {
		r.bar.End()
	}
}
