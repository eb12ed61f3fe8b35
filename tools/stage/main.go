//go:build stage

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/spf13/cobra"

	"steady/core/attack"
	"steady/core/corrupt"
	"steady/core/simdx"
	"steady/core/stage"
	"steady/core/stage/live"
	"steady/tools/internal/frames"
	"steady/tools/internal/model"
	"steady/tools/internal/usage"
	"steady/tools/stage/internal/display" // first of all: says that there is none
)

func main() {
	display.EndTrial()
	err := simdx.Check()
	if err == nil {
		err = command().Execute()
	}
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "steady-stage:", err)
	if _, ok := errors.AsType[usage.Error](err); ok {
		os.Exit(2)
	}
	os.Exit(1)
}

// arguments are those of the command line.
type arguments struct {
	model      model.Options
	source     string
	corruption string
	severity   int
	attack     string
	eps        int
	width      int
	height     int
	fullscreen bool
	frames     int
	stats      bool
	shot       string
	keys       string
}

// attackNames are the values of --attack, in the order of stage.Attack.
var attackNames = []string{"none", "universal", "strongest"}

// batch is how many images the network takes at a time: few, as there are two engines, and a step of the noise has four.
const batch = 4

func command() *cobra.Command {
	a := arguments{model: model.Options{Channels: 3, Batch: batch}}
	c := &cobra.Command{
		Use:   "steady-stage [FLAGS]",
		Short: "Show a network live images, corrupted and attacked",
		Long: "Shows a camera's images (or an image, a folder, a test pattern) as they are, corrupted and attacked, and what a\n" +
			"network answers to each. H lists the keys.",
		Example: "  steady-stage\n  steady-stage --source cat.jpg --attack universal\n" +
			"  steady-stage --model mine.onnx --preset imagenet --backend webgpu --fullscreen",
		Args: cobra.NoArgs, SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(c *cobra.Command, _ []string) error {
			if err := usage.CheckFlags(c.Flags()); err != nil {
				return err
			}
			return a.run()
		},
	}
	f := c.Flags()
	f.StringVar(&a.model.Name, "model", "efficientnet-lite0", "built-in network, or ONNX file")
	f.StringVar(&a.model.ClassNames, "labels", "", "file of class names, one a line or JSON")
	a.model.Preprocessing.Add(f)
	f.StringVar(&a.model.Backend.Name, "backend", "cpu", "cpu, webgpu, or auto, the faster of them")
	f.BoolVar(&a.model.Backend.AllowSoftware, "allow-software", false, "let webgpu run on a software adapter")
	f.IntVar(&a.model.Backend.Threads, "threads", 0, "threads of the CPU; 0 for all cores")
	f.StringVar(&a.source, "source", "", "camera, /dev/videoN, pattern, an image or a folder of images (default: the camera, or the pattern without one)")
	f.StringVar(&a.corruption, "corruption", "gaussian_noise", "first corruption")
	f.IntVar(&a.severity, "severity", 3, "first severity, 1 to 5")
	f.StringVar(&a.attack, "attack", "universal", "first attack: none, universal, strongest, or one of steady's, as in pgd{steps=5}")
	f.IntVar(&a.eps, "eps", 8, "strength of attacks in 255ths, 1 to 255")
	f.IntVar(&a.width, "width", 1280, "width of the window")
	f.IntVar(&a.height, "height", 720, "height of the window")
	f.BoolVar(&a.fullscreen, "fullscreen", false, "begin with the whole screen")
	f.IntVar(&a.frames, "frames", 0, "end after so many frames are drawn; 0 for no end")
	f.BoolVar(&a.stats, "stats", false, "print at the end how long frames and answers took, and the memory")
	f.StringVar(&a.shot, "shot", "", "with --frames: write the last frame to this PNG file")
	f.StringVar(&a.keys, "keys", "", "keys to press at first, with commas between them, as in tab,d")
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage.FlagError(err) })
	return c
}

func (a *arguments) check() error {
	c, err := corrupt.Lookup(a.corruption)
	if err != nil {
		return usage.Errorf("--corruption: %w", err)
	}
	a.corruption = c.Name
	switch {
	case a.severity < 1 || a.severity > 5:
		return usage.Errorf("--severity %d: want 1 to 5", a.severity)
	case a.eps < 1 || a.eps > 255:
		return usage.Errorf("--eps %d: want 1 to 255, in 255ths", a.eps)
	case a.width < 320 || a.height < 240 || a.width > 16384 || a.height > 16384:
		return usage.Errorf("--width %d, --height %d: want 320×240 or more, at most 16384", a.width, a.height)
	case a.frames < 0:
		return usage.Errorf("--frames %d: want 0 or more", a.frames)
	case a.shot != "" && a.frames == 0:
		return usage.Errorf("--shot %s: it needs --frames N, as the last frame is written", a.shot)
	}
	if slices.Contains(attackNames, a.attack) {
		return nil
	}
	if _, _, err := attack.Parse(a.attack); err != nil {
		return usage.Errorf("--attack: %w; also valid: %s", err, strings.Join(attackNames, ", "))
	}
	return nil
}

func (a *arguments) run() error {
	if err := a.check(); err != nil {
		return err
	}
	source, notice, err := a.openSource()
	if err != nil {
		return err
	}
	a.model.Backend.Log = os.Stderr
	m, err := model.Open(a.model)
	if err != nil {
		source.Close()
		return err
	}
	quiet := a.model
	quiet.Backend.Log = io.Discard // it says the same
	if quiet.Backend.Name == "auto" {
		quiet.Backend.Name = m.BackendName()
	}
	refresher, err := model.Open(quiet)
	if err != nil {
		return err
	}
	performer, err := live.New(m.Engine, refresher.Engine, m.ClassName)
	if err != nil {
		return err
	}
	performer.Backend = m.BackendName
	o := stage.Options{Network: m.Name, Source: source.Name(), Corruption: a.corruption, Severity: a.severity, Eps: a.eps,
		Attack: stage.Attack(slices.Index(attackNames, a.attack))}
	if o.Attack < 0 {
		o.Attack, o.Chosen = stage.Chosen, a.attack
	}
	for _, c := range corrupt.All() {
		o.Corruptions = append(o.Corruptions, stage.Choice{Name: c.Name, Label: strings.ReplaceAll(c.Label(), "_", " ")})
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w := newWindow(ctx, a, stage.New(o), performer, source, notice)
	defer w.close()
	if a.keys != "" {
		for key := range strings.SplitSeq(a.keys, ",") {
			w.stage.Press(key)
		}
	}
	ebiten.SetWindowTitle("Steady, live")
	ebiten.SetWindowSize(a.width, a.height)
	ebiten.SetWindowResizingMode(ebiten.WindowResizingModeEnabled)
	ebiten.SetFullscreen(a.fullscreen)
	if err := ebiten.RunGame(w); err != nil && !errors.Is(err, ebiten.Termination) {
		return fmt.Errorf("the window cannot be opened: %w", err)
	}
	if a.stats {
		w.printStats(os.Stdout)
	}
	return w.failed
}

// openSource opens what --source names; without it the camera, or else the pattern and a sentence on why.
func (a *arguments) openSource() (frames.Source, string, error) {
	if a.source == "" {
		s, why := frames.Default()
		return s, why, nil
	}
	s, err := frames.Open(a.source)
	if err != nil {
		return nil, "", usage.Error{Err: fmt.Errorf("--source: %w", err)}
	}
	return s, "", nil
}
