package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"steady/core/corrupt"
	"steady/core/corrupt/fidelity"
	"steady/core/img"
	"steady/tools/corruptiontable/stopwatch"
	"steady/tools/machine"
)

func main() {
	var o options
	flag.StringVar(&o.out, "out", "docs/corruptions.md", "output file")
	flag.StringVar(&o.photos, "photos", "web/static/photos", "folder of the photographs")
	flag.StringVar(&o.inputs, "inputs", "", "only write the images that record.py reads, to this folder")
	flag.StringVar(&o.reference, "reference", "", "folder of the Python package imagecorruptions, to be timed too")
	flag.StringVar(&o.interpreter, "python", "python3", "Python interpreter")
	flag.IntVar(&o.draws, "draws", 400, "draws of each random corruption at 224 pixels; five times as many at 32")
	flag.IntVar(&o.rounds, "rounds", 9, "samples of each time, of which the median is taken")
	flag.Parse()
	if err := o.check(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "corruptiontable:", err)
		os.Exit(2)
	}
	run := o.page
	if o.inputs != "" {
		run = o.writeInputs
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "corruptiontable:", err)
		os.Exit(1)
	}
}

type options struct {
	out, photos, inputs, reference, interpreter string
	draws, rounds                               int
}

func (o options) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q: want only flags (-help lists them)", rest[0])
	case o.draws < 8:
		return fmt.Errorf("%d draws: want 8 at least, two for each photograph", o.draws)
	case o.rounds < 1:
		return errors.New("no rounds: want 1 at least")
	}
	return nil
}

func (o options) writeInputs() error {
	inputs, err := fidelity.Inputs(os.DirFS(o.photos))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.inputs, 0o755); err != nil {
		return err
	}
	for _, in := range inputs {
		f, err := os.Create(filepath.Join(o.inputs, in.Name()+".png"))
		if err != nil {
			return err
		}
		if err := errors.Join(png.Encode(f, in.Image.ToImage()), f.Close()); err != nil {
			return err
		}
	}
	quantiles, err := json.MarshalIndent(fidelity.Quantiles(), "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.inputs, "quantiles.json"), append(quantiles, '\n'), 0o644)
}

// command returns the command that makes the same page, without the names of this machine's folders.
func (o options) command() string {
	command := fmt.Sprintf("./build.sh corruptions -draws %d -rounds %d", o.draws, o.rounds)
	if o.reference != "" {
		command += " -reference DIR"
	}
	return command
}

// page measures, and writes the page.
func (o options) page() error {
	reference, err := fidelity.Open(os.DirFS(o.photos))
	if err != nil {
		return err
	}
	p := &page{
		Command: o.command(),
		Date:    time.Now().Format("2 January 2006"), Go: runtime.Version(),
		Machine:     fmt.Sprintf("%s; %s/%s", machine.Describe(), runtime.GOOS, runtime.GOARCH),
		Corruptions: corrupt.All(), Tools: reference.Tools, LaugrosTools: reference.LaugrosTools,
		Draws: o.draws, Rounds: o.rounds,
	}
	if err := o.time(p, reference.Input("astronaut", 224)); err != nil {
		return err
	}
	for _, c := range p.Corruptions {
		progress("comparing", c)
		n, err := near(reference, c, o.draws)
		if err != nil {
			return err
		}
		if n != nil {
			p.Near = append(p.Near, n)
		}
	}
	text, err := p.render()
	if err != nil {
		return err
	}
	new := o.out + ".new"
	if err := os.WriteFile(new, text, 0o644); err != nil {
		return err
	}
	return os.Rename(new, o.out)
}

// time fills in the times, each on one thread, of a photograph.
func (o options) time(p *page, photo *img.Image) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	side := photo.W
	rgba, rgb := make([]byte, 4*side*side), make([]byte, 3*side*side)
	photo.PutRGBA(rgba)
	corrupt.PutBytes(rgb, photo)
	native, err := stopwatch.New(rgba, side)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "corruptiontable")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	browser, err := startChromium(rgba, side, work)
	if err != nil {
		p.NoChromium = err.Error()
	} else {
		defer browser.stop()
		p.Chromium = browser.version
	}
	var peer *stopwatch.Python
	if o.reference == "" {
		p.NoPython = "no folder of it was given"
	} else if peer, err = stopwatch.StartPython(o.interpreter, o.reference, rgb, side, work); err != nil {
		p.NoPython = err.Error()
	} else {
		defer peer.Stop()
		p.Python = peer.Versions
	}
	for _, why := range []string{p.NoChromium, p.NoPython} {
		if why != "" {
			fmt.Fprintln(os.Stderr, "left out:", why)
		}
	}
	for _, c := range p.Corruptions {
		progress("timing", c)
		s, err := race(c.Name, o.rounds, native, browser, peer)
		if err != nil {
			return err
		}
		s.Name = c.Label()
		p.Speeds = append(p.Speeds, s)
	}
	return nil
}

func progress(what string, c *corrupt.Corruption) { fmt.Fprintln(os.Stderr, what, c.Name) }
