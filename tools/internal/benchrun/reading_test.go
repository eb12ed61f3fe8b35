package benchrun

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"steady/core/dataset/fashion"
	"steady/tools/internal/progress"
)

// Reading for hashes is shown, and ends with the context.
func TestReading(t *testing.T) {
	images := fashion.Test().Images()
	var said bytes.Buffer
	o := options("", &said)
	o.JSONProgress = true
	r := o.newReading(2 * images.Len())
	hash, err := r.hash(t.Context(), images, "a")
	if err != nil || len(hash) != 64 || r.done != images.Len() {
		t.Fatalf("%q, %d, %v", hash, r.done, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = r.hash(ctx, images, "b")
	if stop := (progress.Stopped{}); !errors.As(err, &stop) || !strings.Contains(stop.Text, "stopped after reading 1000 of 2000 images") {
		t.Errorf("%v", err)
	}
	var line readingLine
	if err := json.Unmarshal(bytes.SplitAfter(said.Bytes(), []byte("\n"))[0], &line); err != nil || line.Reading != "a" || line.Images != 2000 || line.ImagesDone != 1 || line.SecondsLeft <= 0 {
		t.Errorf("%s: %v", &said, err)
	}
}
