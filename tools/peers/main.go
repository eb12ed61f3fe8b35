package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"steady/core/nn"
	"steady/core/onnx"
	"steady/tools/machine"
	"steady/tools/measure"
)

// config is what all parts of the bench are told.
type config struct {
	packages string // folder with node_modules, or ""
	python   string // program, or ""
	rounds   int
	count    int          // images of a set
	dir      string       // for temporary files
	batch    int          // images at a time on a GPU; 0 leaves that to the part
	networks []gpuNetwork // for a GPU
	software bool         // a software adapter is taken for a GPU
	simd     int          // width in bits that native vectors are held to, or 0
	base     string       // a checkout of an older commit, or ""
	given    []*nn.Network
	files    []string // that they are from
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("peers: ")
	if len(os.Args) == 2 && os.Args[1] == stepMemory {
		log.SetPrefix("")
		if err := printStepMemory(); err != nil {
			log.Fatal(err)
		}
		return
	}
	var c config
	flag.StringVar(&c.packages, "packages", "", "folder with node_modules: also time ONNX Runtime Web and TensorFlow.js")
	flag.StringVar(&c.python, "python", "", "Python with torch and onnx: also time PyTorch, and the gradient on ONNX Runtime")
	flag.IntVar(&c.rounds, "rounds", 30, "samples of each engine, in turns")
	only := flag.String("only", defaultParts, "parts to run, separated by commas; also: files, corruptions, recipes, suite, layers, gpu")
	flag.IntVar(&c.count, "images", 100, "images of CIFAR-10's size for the part suite, and a tenth as many JPEGs")
	flag.Func("simd", "width of native vectors in `bits`: 128, 256 or 512 (default: the widest there are); 128 and 256 hold PyTorch to the same", func(text string) (err error) {
		c.simd, err = parseWidth(text)
		return err
	})
	flag.StringVar(&c.base, "base", "", "checkout of an older commit in `folder`: also time its engine")
	join := flag.String("join", "", "measure nothing, print tables of earlier runs side by side: `TITLE=FILE,TITLE=FILE`")
	flag.IntVar(&c.batch, "batch", 0, "on a GPU: images at a time (default: 256 for layers; for gpu 1024 of ResNet-20, 128 of ResNet-50)")
	networks := flag.String("networks", gpuNetworkNames(), "on a GPU: which of the networks")
	flag.BoolVar(&c.software, "allow-software", false, "take a software adapter for a GPU, to try these parts")
	flag.Parse()
	if *join != "" {
		if err := joinTables(os.Stdout, *join); err != nil {
			log.Fatal(err)
		}
		return
	}
	var err error
	if c.simd != 0 {
		if again, err := withWidth(c.simd); errors.As(err, new(*exec.ExitError)) {
			os.Exit(1) // which has said why
		} else if err != nil {
			log.Fatal(err)
		} else if again {
			return
		}
	}
	if c.networks, err = findGPUNetworks(*networks); err != nil {
		log.Fatal(err)
	}
	if c.rounds < 1 || c.batch < 0 || c.count < 1 {
		log.Fatalf("--rounds %d, --batch %d, --images %d: want at least 1, 0 and 1", c.rounds, c.batch, c.count)
	}
	names := strings.Split(*only, ",")
	if c.base != "" && !slices.Contains(names, "base") {
		names = append(names, "base")
	}
	if err := c.run(flag.Args(), names); err != nil {
		log.Fatal(err)
	}
}

// part is a part of the bench; it adds rows to the table.
type part struct {
	name string
	run  func(config, *table) error
}

// defaultParts are the names of those that run unless others are asked for.
const defaultParts = "browser,workers,single,native,gemm,kernels"

var parts = []part{
	{"browser", browserPart}, {"workers", workersPart}, {"single", singlePart}, {"native", nativePart}, {"base", basePart},
	{"gemm", gemmPart}, {"kernels", kernelsPart}, {"corruptions", corruptionsPart}, {"layers", layersPart}, {"gpu", gpuPart},
	{"files", filesPart}, {"recipes", recipesPart}, {"suite", suitePart},
}

func partNames() string {
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	return strings.Join(names, ", ")
}

func (c config) run(files, only []string) error {
	for _, name := range only {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			return fmt.Errorf("--only %s: valid: %s", name, partNames())
		}
	}
	if slices.Contains(only, "base") && c.base == "" {
		return errors.New("--only base: want --base with a checkout of an older commit")
	}
	for _, path := range files {
		n, err := readNetwork(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		c.given, c.files = append(c.given, n), append(c.files, path)
	}
	var err error
	if c.dir, err = os.MkdirTemp("", "peers"); err != nil {
		return err
	}
	defer os.RemoveAll(c.dir)
	fmt.Printf("%s.\n", c.vectorsLine())
	t := &table{config: c}
	defer t.print(os.Stdout) // what there is, whatever fails
	var failed []error
	ran := 0
	for _, p := range parts {
		if !slices.Contains(only, p.name) {
			continue
		}
		if err := p.run(c, t); errors.Is(err, machine.ErrNoChromium) || errors.Is(err, errNoGPU) {
			t.note("Without the part %s: %v.", p.name, err)
		} else if err != nil {
			t.note("The part %s failed: %v.", p.name, err)
			failed = append(failed, fmt.Errorf("%s: %w", p.name, err))
		} else {
			ran++
		}
	}
	if ran == 0 && len(failed) == 0 {
		return errors.New("nothing was measured")
	}
	return errors.Join(failed...)
}

func readNetwork(path string) (*nn.Network, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	n, err := onnx.Read(file)
	if err != nil {
		return nil, err
	}
	n.Name = strings.TrimSuffix(filepath.Base(path), ".onnx")
	return n, nil
}

// table is what has been measured.
type table struct {
	config
	rows  []row
	notes []string
}

// row is one kind of work: our time, and of each peer the time and the ratio.
type row struct {
	work   string
	rounds int
	ours   string
	peer   string
	theirs string
	ratio  float64
}

// add adds a row for each of the peers' samples (in ms) of some work, beside ours.
func (t *table) add(work string, ours []float64, peers []sampled) {
	t.compare(work, "ms", ours, peers, func(ours, theirs float64) float64 { return theirs / ours })
}

// addSeconds is add for samples in seconds.
func (t *table) addSeconds(work string, ours []float64, peers []sampled) {
	t.compare(work, "s", ours, peers, func(ours, theirs float64) float64 { return theirs / ours })
}

// addRates adds rows for work whose samples are GFLOP/s.
func (t *table) addRates(work string, ours []float64, peers []sampled) {
	t.compare(work, "GFLOP/s", ours, peers, func(ours, theirs float64) float64 { return ours / theirs })
}

func (t *table) compare(work, unit string, ours []float64, peers []sampled, ratio func(ours, theirs float64) float64) {
	mine := round(measure.Median(ours)) + " " + unit
	if len(peers) == 0 {
		t.rows = append(t.rows, row{work: work, rounds: len(ours), ours: mine})
	}
	for _, p := range peers {
		ratios := make([]float64, min(len(p.samples), len(ours)))
		for i := range ratios {
			ratios[i] = ratio(ours[i], p.samples[i])
		}
		t.rows = append(t.rows, row{work, len(ratios), mine, p.name, round(measure.Median(p.samples)) + " " + unit, measure.Median(ratios)})
	}
}

func (t *table) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

// sampled is how long a peer took, in ms, round by round, or how fast it was.
type sampled struct {
	name    string
	samples []float64
}

// tableHead is the first line of the table, by which joinTables knows it.
const tableHead = "| work | rounds | ours | peer | its | ratio |"

func (t *table) print(w io.Writer) {
	if len(t.rows) > 0 {
		fmt.Fprintf(w, "\n%s\n|---|---|---|---|---|---|\n", tableHead)
		for _, r := range t.rows {
			ratio := ""
			if r.peer != "" {
				ratio = fmt.Sprintf("%.2f×", r.ratio)
			}
			fmt.Fprintf(w, "| %s | %d | %s | %s | %s | %s |\n", r.work, r.rounds, r.ours, r.peer, r.theirs, ratio)
		}
		fmt.Fprintf(w, "\nMedians; a ratio is the median of the rounds' ratios, above 1 for what is faster here.\n")
	}
	fmt.Fprintf(w, "\nMachine: %s, %s%s.\n", t.vectorsLine(), runtime.GOOS, load())
	for _, n := range t.notes {
		fmt.Fprintln(w, n)
	}
}

// load is what else keeps the machine busy, where the system reports it.
func load() string {
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		return ", load at the end " + strings.Fields(string(text))[0]
	}
	return ""
}

// has reports whether a Python has a module.
func has(python, module string) bool {
	return python != "" && exec.Command(python, "-c", "import "+module).Run() == nil
}
