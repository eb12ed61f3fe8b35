package papers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"steady/core/bench"
	"steady/core/corrupt"
	"steady/core/overlap"
	"steady/core/phrase"
	"steady/core/train"
	"steady/tools/internal/benchrun"
	"steady/tools/internal/console"
	"steady/tools/internal/datafile"
	"steady/tools/internal/interrupt"
	"steady/tools/internal/model"
	"steady/tools/internal/output"
	"steady/tools/internal/progress"
	"steady/tools/internal/trainrun"
	"steady/tools/internal/usage"
)

// measuring is how long the slice under way may take to end after Ctrl-C.
const measuring = 10 * time.Minute

// overlapRun trains and measures the networks that overlaps are computed from, in a folder.
type overlapRun struct {
	env     *Env
	data    datafile.Flags
	test    string
	backend func() model.Backend
	own     model.Options // the network that all continue from, instead of one that is trained; of no Name for none
	flags   []string      // names of those above and below

	network, severity    string
	training, fineTuning string // options of the recipes
	scratch              bool
	seeds, images        int
	onlySeeds            []uint64 // to train; all if there are none
	out                  string
	corruptions          []*corrupt.Corruption
	force                bool
	changed              func(flag string) bool // reports whether a flag is given
}

func newOverlapRun(e *Env) *overlapRun { return &overlapRun{env: e} }

func (o *overlapRun) addFlags(c *cobra.Command) {
	o.changed = func(flag string) bool { return c.Flags().Changed(flag) }
	before := map[string]bool{}
	c.Flags().VisitAll(func(f *pflag.Flag) { before[f.Name] = true })
	flags := c.Flags()
	flags.StringVar(&o.out, "out", "", "folder of the networks and results")
	o.data.Add(c)
	flags.StringVar(&o.test, "test", "", "DATA to measure on, where --data has no test images of its own")
	flags.StringVar(&o.network, "network", "small", "what to train: "+strings.Join(trainrun.Architectures(), ", "))
	flags.StringVar(&o.own.Name, "model", "", "ONNX file, or name of a built-in network, that all networks continue from; the flags from --preset to\n"+
		"--layout say what it expects")
	o.own.Preprocessing.Add(flags)
	o.env.AddInput(c, &o.own)
	flags.IntVar(&o.seeds, "seeds", 3, "number of seeds: networks that are trained alike")
	flags.BoolVar(&o.scratch, "from-scratch", false, "train each network from the beginning, as published, instead of continuing from one of its seed")
	flags.StringVar(&o.severity, "severity", "range", "severity of the corruptions in training and measuring: 1 to 5, or range to draw it for each image")
	flags.StringVar(&o.training, "training", "epochs=12", "options of the recipes for networks trained from the beginning")
	flags.StringVar(&o.fineTuning, "fine-tuning", "epochs=2,learning-rate=0.05", "options of the recipes for those that continue from another")
	flags.IntVar(&o.images, "images", 2000, "number of test images to measure on, drawn from all")
	o.backend = o.env.AddBackend(c)
	flags.VisitAll(func(f *pflag.Flag) {
		if !before[f.Name] {
			o.flags = append(o.flags, f.Name)
		}
	})
}

// given returns the name of a flag that is given and is one of these; "" if none is.
func (o *overlapRun) given(c *cobra.Command) (name string) {
	c.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains(o.flags, f.Name) {
			name = f.Name
		}
	})
	return name
}

// job is a network to train.
type job struct {
	name   string
	base   string // name of the job that it continues from; "" for none of these
	config train.Config
}

// path returns the file of a name in the folder.
func (o *overlapRun) path(name ...string) string {
	return filepath.Join(append([]string{o.out}, name...)...)
}

func (o *overlapRun) networkFile(name string) string { return o.path("networks", name+".onnx") }

// do trains and measures what is not there yet, and returns the file of results.
func (o *overlapRun) do(ctx context.Context) ([]string, error) {
	jobs, severity, err := o.plan()
	if err != nil {
		return nil, err
	}
	settings, trainImages, testImages, err := o.inspect(jobs)
	if err != nil {
		return nil, err
	}
	unlock, err := o.begin(settings)
	if err != nil {
		return nil, err
	}
	defer unlock()
	for _, j := range jobs {
		if j.config.Batch > trainImages {
			o.forget()
			return nil, usage.Errorf("batch is %d: want at most the %d images there are to train on (--training, --fine-tuning)", j.config.Batch, trainImages)
		}
	}
	var cells, files []string
	for _, c := range o.corruptions {
		cell, err := formatCell(c, severity)
		if err != nil {
			return nil, err
		}
		cells = append(cells, cell)
	}
	for _, j := range jobs {
		if !strings.HasPrefix(j.name, "base-") {
			files = append(files, o.networkFile(j.name))
		}
	}
	w, err := o.newWork(jobs, trainImages, len(files)*(len(cells)+1)*min(o.images, testImages))
	if err != nil {
		return nil, err
	}
	defer w.bar.End()
	if err := w.trainAll(ctx, jobs); err != nil {
		o.forget()
		return nil, err
	}
	if err := w.measure(ctx, files, cells, testImages); err != nil {
		return nil, err
	}
	return []string{o.path("results.json")}, o.writeResults(settings)
}

// plan returns the networks to train, seed by seed, and the severity of what they are measured on.
func (o *overlapRun) plan() (jobs []job, severity int, err error) {
	switch backend := o.backend(); {
	case o.out == "":
		return nil, 0, usage.Errorf("want RESULTS to read, or --out FOLDER to make them in")
	case o.seeds < 1 || o.seeds > 1000:
		return nil, 0, usage.Errorf("--seeds %d: want 1 to 1,000", o.seeds)
	case o.images < 2:
		return nil, 0, usage.Errorf("--images %d: want at least 2", o.images)
	case o.scratch && o.own.Name != "":
		return nil, 0, usage.Errorf("--from-scratch and --model %s: want one of them", o.own.Name)
	case o.scratch && o.changed("fine-tuning"):
		return nil, 0, usage.Errorf("--from-scratch and --fine-tuning: no network continues from another: want one of them")
	case o.own.Name != "" && (o.changed("network") || o.changed("training")):
		return nil, 0, usage.Errorf("--model %s and --network or --training: all networks continue from this one, by --fine-tuning: leave those out", o.own.Name)
	case o.own.Name == "" && !slices.Contains(trainrun.Architectures(), o.network):
		return nil, 0, usage.Errorf("--network %.60q: want one of %s", o.network, strings.Join(trainrun.Architectures(), ", "))
	case o.own.Name == "" && (o.own.Preprocessing.IsGiven() || o.own.Output != "" || o.own.Layout != ""):
		return nil, 0, usage.Errorf("--output, --layout and preprocessing are for a network that others continue from: want --model FILE")
	default:
		if err := backend.Check(); err != nil {
			return nil, 0, err
		}
	}
	for _, seed := range o.onlySeeds {
		if seed >= uint64(o.seeds) {
			return nil, 0, usage.Errorf("--only-seeds: --seeds %d has no seed %d: want 0 to %d", o.seeds, seed, o.seeds-1)
		}
	}
	if o.corruptions == nil {
		o.corruptions = corrupt.All()
	}
	if len(o.corruptions) < 2 {
		return nil, 0, usage.Errorf("--corruptions: %d: want at least 2", len(o.corruptions))
	}
	var options corrupt.Options
	if err := corrupt.OptionTable().Parse(&options, "severity="+o.severity); err != nil {
		return nil, 0, usage.Errorf("--%w", err)
	}
	flag, text := "--fine-tuning", o.fineTuning
	if o.scratch {
		flag, text = "--training", o.training
	}
	for seed := range uint64(o.seeds) {
		if len(o.onlySeeds) > 0 && !slices.Contains(o.onlySeeds, seed) {
			continue
		}
		add := func(name, base, recipe, flag, text string) error {
			config, err := configOf(recipe, flag, text, seed)
			jobs = append(jobs, job{fmt.Sprintf("%s-s%d", name, seed), base, config})
			return err
		}
		base := ""
		if !o.scratch && o.own.Name == "" {
			if err := add("base", "", "standard", "--training", o.training); err != nil {
				return nil, 0, err
			}
			base = jobs[len(jobs)-1].name
		}
		if err := add("standard", base, "standard", flag, text); err != nil {
			return nil, 0, err
		}
		for _, c := range o.corruptions {
			recipe := fmt.Sprintf("corrupt{corruptions=%s,severity=%s,share=0.5}", c.Name, o.severity)
			if err := add(strings.ReplaceAll(c.Name, "/", "-"), base, recipe, flag, text); err != nil {
				return nil, 0, err
			}
		}
	}
	return jobs, options.Severity, nil
}

// configOf returns the parameters of a recipe with options from a flag.
func configOf(recipe, flag, text string, seed uint64) (train.Config, error) {
	config, err := train.Parse(recipe)
	if err != nil {
		return config, err
	}
	config.Seed = 0
	if err := train.OptionTable().Parse(&config, text); err != nil {
		return config, usage.Errorf("%s: %w", flag, err)
	}
	if config.Seed != 0 || config.Validation != 0 || config.Keep != "" {
		return config, usage.Errorf("%s %s: seed, validation and keep are the same for all networks: leave them out (--seeds says how many seeds)", flag, text)
	}
	config.Seed = seed
	if err := config.Validate(); err != nil {
		return config, usage.Errorf("%s: %w", flag, err)
	}
	return config, nil
}

// work is a run that has begun, with progress over everything: an image that a network is trained on counts as three that it
// answers, as there is the way back too.
type work struct {
	*overlapRun
	bar      *progress.Progress
	done     int
	finished int // networks
}

const trainingPasses = 3

func (o *overlapRun) newWork(jobs []job, images, measured int) (*work, error) {
	w, total := &work{overlapRun: o}, measured
	for _, j := range jobs {
		there, err := o.isThere(j)
		if err != nil {
			return nil, err
		}
		if !there {
			total += trainingPasses * images * j.config.Epochs
		}
	}
	w.bar = progress.New(o.env.Messages, "image passes", total)
	return w, nil
}

// isThere reports whether a network is trained. It is an error if another one has its name.
func (o *overlapRun) isThere(j job) (bool, error) {
	card, _, err := readCard(o.path("networks", j.name+".json"))
	if card == nil || err != nil {
		return false, err
	}
	has, err := json.Marshal(card.Training)
	if err != nil {
		return false, err
	}
	want, err := json.Marshal(j.config)
	if err != nil {
		return false, err
	}
	if !bytes.Equal(has, want) {
		return false, usage.Errorf("%s was trained otherwise than this command says: choose another --out", o.networkFile(j.name))
	}
	_, err = os.Stat(o.networkFile(j.name))
	return err == nil, nil
}

// trainAll trains the networks that are not there.
func (w *work) trainAll(ctx context.Context, jobs []job) error {
	interrupt.Allow(ctx, interrupt.ForResult)
	for _, j := range jobs {
		there, err := w.isThere(j)
		if err != nil {
			return err
		}
		if there {
			w.finished++
			continue
		}
		if err := w.train(ctx, j, len(jobs)); err != nil {
			if ctx.Err() != nil && errors.Is(err, context.Canceled) {
				err = progress.Stopped{Text: fmt.Sprintf("stopped with %d of %d networks trained; the same command goes on from there", w.finished, len(jobs))}
			}
			return err
		}
	}
	return nil
}

func (w *work) train(ctx context.Context, j job, all int) error {
	before := w.done
	o := trainrun.Options{
		Data: w.data.Data, Read: w.data.Options(), Test: w.test, Architecture: w.network, Config: j.config, Backend: w.backend(), Resume: true,
		Weights: trainrun.Float16, Out: w.networkFile(j.name), Plan: output.Plan{Force: true}, Messages: &warnings{say: w.bar.Line},
		Progress: func(images int) {
			w.done = before + trainingPasses*images
			w.bar.Set(w.done, fmt.Sprintf("network %d of %d: %s", w.finished+1, all, j.name))
		},
	}
	switch {
	case j.base != "":
		o.Architecture, o.InitFrom = "", model.Options{Name: w.networkFile(j.base)}
	case w.own.Name != "":
		o.Architecture, o.InitFrom = "", w.own
	}
	o.Command = trainCommand(&o)
	r, err := trainrun.Run(ctx, o)
	if err != nil {
		return err
	}
	w.finished++
	note := ""
	if r.Accuracy != nil {
		note = fmt.Sprintf(", %.1f %% of %d test images", 100**r.Accuracy, r.TestImages)
	}
	w.bar.Line(fmt.Sprintf("%s trained in %s%s: %d of %d networks", j.name, phrase.Seconds(r.Seconds), note, w.finished, all))
	return nil
}

// trainCommand returns the command of 'steady train' that makes the same network, without the folders of this machine.
func trainCommand(o *trainrun.Options) string {
	recipe, err := train.LookupRecipe(o.Config.Recipe)
	if err != nil {
		return ""
	}
	text := recipe.Name
	if own := o.Config.Options; own != nil && own.String() != "" {
		text += "{" + own.String() + "}"
	}
	words := []string{"steady", "train", text, "--data=" + filepath.Base(o.Data)}
	if o.InitFrom.Name != "" {
		words = append(words, "--init-from="+filepath.Base(o.InitFrom.Name))
	} else {
		words = append(words, "--network="+o.Architecture)
	}
	table := train.OptionTable()
	for i := range table {
		if f := &table[i]; f.Text(&o.Config) != f.Text(&recipe.Config) {
			words = append(words, "--"+f.Name+"="+f.Text(&o.Config))
		}
	}
	words = append(words, "--out="+filepath.Base(o.Out))
	for i, w := range words {
		words[i] = trainrun.Quoted(w)
	}
	return strings.Join(words, " ")
}

// measure measures the networks on the same images, which are corrupted once for all of them.
func (w *work) measure(ctx context.Context, files, cells []string, testImages int) error {
	o := benchrun.Options{
		Models: files, Data: w.testData(), Cells: cells, Out: w.path("measured.db"), Read: w.data.Options(), Backend: w.backend(),
		Messages: console.NewWriter(&warnings{say: w.bar.Line}), Begin: func() { interrupt.Allow(ctx, measuring) }, Command: []string{"steady", "papers", "overlap"},
	}
	if o.Read.Limit = 0; w.images < testImages {
		o.Sample = w.images
	}
	before := w.done
	o.Progress = func(p bench.Progress) {
		w.done = before + p.ImagesDone
		w.bar.Set(w.done, fmt.Sprintf("measuring %d networks: %s", len(files), p.Perturbation.Label()))
	}
	r, err := benchrun.Run(ctx, o)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return progress.Stopped{Text: "stopped while networks were measured; the same command goes on from there"}
	}
	if err != nil {
		return err
	}
	return benchrun.CheckFailed(r)
}

// testData returns the DATA to measure on.
func (o *overlapRun) testData() string {
	if o.test != "" {
		return o.test
	}
	return datafile.Whole(o.data.Data)
}

// draw writes what has been found into the folder.
func (o *overlapRun) draw(r *Overlap) error {
	for _, kind := range []overlap.Score{overlap.Accuracy, overlap.Ratio} {
		shown := *r
		shown.Score = string(kind)
		if err := output.File(o.path("overlap-"+string(kind)+".svg"), shown.WriteSVG); err != nil {
			return err
		}
	}
	if err := output.File(o.path("overlap.csv"), r.WriteCSV); err != nil {
		return err
	}
	return output.JSON(o.path("overlap.json"), r)
}

// warnings passes the lines that warn on, and drops the others, which are of one of many networks.
type warnings struct {
	say  func(string)
	line []byte
}

func (w *warnings) Write(b []byte) (int, error) {
	w.line = append(w.line, b...)
	for {
		at := bytes.IndexByte(w.line, '\n')
		if at < 0 {
			return len(b), nil
		}
		if line := string(w.line[:at]); strings.Contains(line, "WARNING") || strings.Contains(line, "GPU") {
			w.say(line)
		}
		w.line = w.line[at+1:]
	}
}
