package benchrun

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"steady/core/report"
	"steady/tools/internal/console"
	"steady/tools/internal/model"
	"steady/tools/internal/progress"
	"steady/tools/internal/store"
)

// options are those of a run of a second.
func options(out string, messages io.Writer) Options {
	return Options{Models: []string{"fashion-standard"}, Data: "fashion", Cells: []string{"fog{severity=1}", "fog{severity=5}", "gaussian_noise{severity=2}",
		"pixelate{severity=3}", "laugros/hue{severity=range}", "fgsm{eps=8/255}", "pgd{eps=4/255,steps=3}"},
		Limit: 40, Seed: 3, Out: out, Backend: model.Backend{Name: "cpu"}, Messages: console.NewWriter(messages)}
}

// exports returns what is written of a store.
func exports(t *testing.T, path string) string {
	t.Helper()
	r, err := Report(path, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := r.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRun(t *testing.T) {
	out := filepath.Join(t.TempDir(), "a.db")
	o := options(out, io.Discard)
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Planned != 8 || r.Done != 8 || len(r.Cells) != 8 || len(r.Models) != 1 || r.Cells[0].Perturbation != "clean" {
		t.Fatalf("%+v", r)
	}
	m := r.Models[0]
	if m.Clean == nil || *m.Clean < .8 || m.Corrupted == nil || *m.Corrupted >= *m.Clean || m.Attacked == nil || *m.Attacked >= *m.Clean {
		t.Errorf("%+v", m)
	}
	first := exports(t, out)
	if lines := strings.Count(first, "\n"); lines != 9 {
		t.Errorf("%d lines of CSV", lines)
	}

	// With other threads, in two shards, and with other batches: the same.
	lines := 0
	for shard := range 2 {
		o := options(filepath.Join(t.TempDir(), "b.db"), io.Discard)
		o.Shard, o.Backend.Threads, o.Batch = strconv.Itoa(shard)+"/2", 1, 7
		if _, err := Run(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		part := exports(t, o.Out)
		lines += strings.Count(part, "\n")
		for line := range strings.Lines(part) {
			if !strings.Contains(first, line) {
				t.Errorf("shard %d has other results: %s", shard, line)
			}
		}
	}

	if lines != 2+8 {
		t.Errorf("two shards have %d lines", lines)
	}

	// What is new is added, and nothing else computed.
	var messages bytes.Buffer
	o = options(out, &messages)
	o.Cells, o.JSONProgress = append(o.Cells, "contrast{severity=4}"), true
	if r, err = Run(t.Context(), o); err != nil || r.Done != 9 {
		t.Fatalf("%+v, %v", r, err)
	}
	if text := messages.String(); !strings.Contains(text, `"cells":1,"cells_done":1,"cells_failed":0,"cells_before":8,`) {
		t.Errorf("progress: %s", text)
	}
	if !strings.HasPrefix(exports(t, out), first) {
		t.Error("what was there has changed")
	}

	all, err := ReadStatus(out)
	if err != nil || len(all.Stores) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	status := all.Stores[0]
	if err != nil || status.Done != 9 || status.Images != 360 || status.ImagesDone != 360 || len(status.Failures) != 0 {
		t.Errorf("%+v, %v", status, err)
	}
}

// Figures of networks that were not measured in the same cells are not shown as if they could be compared.
func TestReportDifferentCells(t *testing.T) {
	dir := t.TempDir()
	o := options(filepath.Join(dir, "a.db"), io.Discard)
	o.Models, o.Limit = nil, 0
	for i, cells := range []string{"fog{severity=1}", "fog{severity=5}"} {
		o.Spec, o.Cells = filepath.Join(dir, "spec.yaml"), nil
		write(t, o.Spec, "models: {file: fashion-standard, name: n"+strconv.Itoa(i)+", scale: "+strconv.Itoa(1+i)+"}\ndata: {limit: 20}\ncells: "+cells+"\n")
		r, err := Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		r.WriteText(&b)
		if got := strings.Contains(b.String(), "cannot be compared"); got != (i == 1) {
			t.Errorf("%d networks:\n%s", i+1, b.String())
		}
	}
}

// A sample is drawn with the seed, and its places are stored.
func TestSample(t *testing.T) {
	o := options(filepath.Join(t.TempDir(), "a.db"), io.Discard)
	o.Limit, o.Sample, o.Cells = 0, 30, []string{"fog{severity=1}"}
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	s, err := store.Read(o.Out)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	subjects, err := s.Subjects()
	if err != nil || len(subjects[0].Indices) != 30 || len(subjects[0].Labels) != 30 || subjects[0].Indices[29] < 100 {
		t.Errorf("%+v, %v", subjects, err)
	}
}

// However a spec says that pixels stay as they are, the key is the same.
func TestNoPreprocessing(t *testing.T) {
	dir := t.TempDir()
	o := options(filepath.Join(dir, "a.db"), io.Discard)
	o.Spec, o.Models, o.Data, o.Limit = filepath.Join(dir, "spec.yaml"), nil, "", 0
	for _, entry := range []string{"", ", scale: 1", ", mean: 0, std: 1, bgr: false", ", preset: none", ", preset: imagenet"} {
		write(t, o.Spec, "models: {file: fashion-standard"+entry+"}\ndata: {limit: 5}\ncells: clean\n")
		if entry == ", preset: imagenet" { // for color, of which gray takes the mean
			o.Out = filepath.Join(dir, "b.db")
		}
		if r, err := Run(t.Context(), o); err != nil || r.Planned != 1 {
			t.Errorf("%q: %+v, %v", entry, r, err)
		}
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := options(filepath.Join(t.TempDir(), "a.db"), io.Discard)
	o.Begin = cancel
	_, err := Run(ctx, o)
	if stop := (progress.Stopped{}); !errors.As(err, &stop) || !strings.Contains(stop.Text, "8 of 8 cells left") {
		t.Fatalf("%v", err)
	}
	o.Begin = nil
	if r, err := Run(t.Context(), o); err != nil || r.Done != 8 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestKilled kills runs at random moments; exports of what they leave, once it is complete, are those of an undisturbed run.
// STEADY_ROUNDS says how many runs are killed.
func TestKilled(t *testing.T) {
	if out := os.Getenv("STEADY_BENCH_OUT"); out != "" { // a run to kill
		if _, err := Run(t.Context(), options(out, os.Stderr)); err != nil {
			t.Fatal(err)
		}
		return
	}
	dir := t.TempDir()
	whole := options(filepath.Join(dir, "whole.db"), io.Discard)
	begin := time.Now()
	if _, err := Run(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	want, took := exports(t, whole.Out), time.Since(begin)
	rounds := 4
	if n, err := strconv.Atoi(os.Getenv("STEADY_ROUNDS")); err == nil {
		rounds = n
	}
	out, fresh := filepath.Join(dir, "killed.db"), 0
	for round := range rounds {
		var said bytes.Buffer
		c := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		c.Env = append(os.Environ(), "STEADY_BENCH_OUT="+out)
		c.Stdout, c.Stderr = &said, &said
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(rand.Int64N(int64(took)*3/2+1)), func() { c.Process.Kill() })
		err := c.Wait()
		timer.Stop()
		if strings.Contains(said.String(), "FAIL") {
			t.Fatalf("round %d: %v\n%s", round, err, said.String())
		}
		all, err := ReadStatus(out)
		if err != nil {
			t.Logf("round %d: %v", round, err) // killed before there was a store
			continue
		}
		status := all.Stores[0]
		t.Logf("round %d: %d of %d", round, status.Done, status.Planned)
		if status.Done == status.Planned && status.Planned > 0 { // from the beginning
			if got := exports(t, out); got != want {
				t.Fatalf("round %d: exports differ:\n%s\nwant\n%s", round, got, want)
			}
			fresh++
			out = filepath.Join(dir, "killed"+strconv.Itoa(fresh)+".db")
		}
	}
	last := options(out, io.Discard)
	if _, err := Run(t.Context(), last); err != nil {
		t.Fatal(err)
	}
	if got := exports(t, out); got != want {
		t.Errorf("exports differ:\n%s\nwant\n%s", got, want)
	}
}
