package bench

import (
	"errors"
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"

	"steady/core/preprocess"
)

// Spec says what a benchmark measures.
type Spec struct {
	Models        []Model
	Data          Data
	Seed          uint64
	Suites        []Suite
	Perturbations []Perturbation // of the suites, and of cells by themselves, each once; clean images are the first
	Corrupted     []Path         // files and folders of images that were corrupted before, to be measured too
	Overlays      Path           // folder of the photographs that frost is cut from; "" if it is grown

	// Limits are of perturbations that are to be measured on fewer images than the others.
	Limits map[Perturbation]Limit
}

// Images returns how many of so many images a perturbation is measured on, the first ones.
func (s *Spec) Images(p Perturbation, all int) int {
	if l, ok := s.Limits[p]; ok {
		return min(l.N, all)
	}
	return all
}

// Limit is how many images a perturbation is measured on at most.
type Limit struct {
	N  int
	at plain
}

// Wrong returns a [*SpecError] about the limit.
func (l Limit) Wrong(problem string) error { return l.at.errorf("%s", problem) }

// Path is a file or folder that a spec names.
type Path struct {
	Path string
	at   plain
}

// SpecFile returns the name of the spec file that has the path.
func (p Path) SpecFile() string { return p.at.file }

// Wrong returns a [*SpecError] about the path.
func (p Path) Wrong(problem string) error { return p.at.errorf("%s", problem) }

// Model is a network of a benchmark.
type Model struct {
	Name       string // short, for tables: the file's without its extension if none is given
	File       string // or the name of a built-in network
	Layout     string // order of the input's numbers where the file does not say it, "chw" or "hwc"; "" if it does
	Output     string // of several outputs, that with the class scores; "" lets the reader choose
	Preset     string // that Preprocess is of; "" if numbers are given, or none
	Preprocess preprocess.Spec

	at plain
}

// SpecFile returns the name of the file that names the model.
func (m Model) SpecFile() string { return m.at.file }

// Wrong returns a [*SpecError] about the model, such as that its file is missing.
func (m Model) Wrong(problem string) error { return m.at.errorf("%s", problem) }

// Data is the images of a benchmark.
type Data struct {
	Path         string // as a command's --data; "" if the spec says nothing
	Resize, Crop int    // 0: as is usual for the images and the network, or none
	Limit        int    // only the first so many images; 0: all
	Sample       int    // only so many images, drawn with the seed; 0: all
	ClassMap     Path   // file of which of its classes is which of the networks'; "" if names and order say it

	at plain
}

// SpecFile returns the name of the file that names the data.
func (d Data) SpecFile() string { return d.at.file }

// Wrong returns a [*SpecError] about the data.
func (d Data) Wrong(problem string) error { return d.at.errorf("%s", problem) }

// Load reads a spec from plain data, what JSON or YAML decode to: map[string]any, []any, string, numbers and bool. read
// returns that of a file: of the one named, and of those that it includes, whose names are relative to the file's folder
// and have slashes. Models, suites and cells of included files are added, those of the file itself last; its data, seed and
// overlays replace theirs. A file that is included twice counts once. An error in the data is a [*SpecError]; errors of read are
// returned as they are, but for one of an included file that matches fs.ErrNotExist.
//
// The data is an object with these entries:
//
//	models   files of networks, or objects {file, name, output, layout, preset, mean, std, scale, bgr}
//	data     as a command's --data, or an object {path, resize, crop, limit, sample, class-map}
//	suites   names of suites, or objects {suite, limit}
//	cells    perturbations as Parse reads them, or objects {corruption, severity, profile, jpeg, limit} or
//	         {attack, eps, limit}, where corruption, severity and eps may be lists
//	corrupted  files and folders of the same images that were corrupted before
//	overlays   a folder of photographs that frost is cut from
//	seed     a whole number
//	include  names of files
//
// Whatever is a list may be a single element.
func Load(name string, read func(name string) (any, error)) (*Spec, error) {
	spec, file, err := loadAny(name, read)
	if err != nil {
		return nil, err
	}
	whole := plain{file: file}
	switch {
	case len(spec.Models) == 0:
		return nil, whole.errorf("there are no models: want models: [FILE.onnx, ...]")
	case len(spec.Perturbations)+len(spec.Corrupted) == 0:
		return nil, whole.errorf("there is nothing to measure: want suites, cells or corrupted")
	}
	spec.Perturbations = slices.Insert(slices.DeleteFunc(spec.Perturbations, Perturbation.Clean), 0, Perturbation{})
	return spec, nil
}

// LoadCells reads a spec as Load does, for its suites and cells: it may have no models, and clean images are not added. It
// returns an error if there are none.
func LoadCells(name string, read func(name string) (any, error)) (*Spec, error) {
	spec, file, err := loadAny(name, read)
	if err == nil && len(spec.Perturbations) == 0 {
		err = plain{file: file}.errorf("there is nothing to measure: want suites or cells")
	}
	return spec, err
}

// loadAny reads a spec that may lack something, and returns the name of its file.
func loadAny(name string, read func(name string) (any, error)) (*Spec, string, error) {
	l := loader{read: read, spec: Spec{Data: Data{at: plain{file: name}}, Limits: map[Perturbation]Limit{}}, names: map[string]plain{}, cells: map[Perturbation]origin{}}
	if name != "" {
		name = path.Clean(name)
	}
	return &l.spec, name, l.load(name, nil, nil)
}

type loader struct {
	read  func(string) (any, error)
	spec  Spec
	files []string         // that were loaded
	names map[string]plain // of models
	cells map[Perturbation]origin
}

// origin is where a spec names what is measured.
type origin struct {
	at    plain
	suite bool // among others of a suite
	limit Limit
}

// load reads a file, after those that it includes. within is the files that include it, from the place where the last does.
func (l *loader) load(name string, within []string, from *plain) error {
	value, err := l.read(name)
	if errors.Is(err, fs.ErrNotExist) && from != nil {
		return from.errorf("there is no file %s: want a name relative to this file's folder", name)
	}
	if err != nil {
		return err
	}
	l.files = append(l.files, name)
	within = append(slices.Clip(within), name)
	parts, err := plain{file: name, value: value}.object(specEntries.names()...)
	if err != nil {
		return err
	}
	if p, ok := parts["include"]; ok {
		for _, p := range p.list() {
			file, err := p.text()
			if err != nil {
				return err
			}
			if file = path.Clean(file); !path.IsAbs(file) {
				file = path.Join(path.Dir(name), file)
			}
			if slices.Contains(within, file) {
				return p.errorf("%s includes itself (%s): remove one of these includes", file, strings.Join(append(within, file), " > "))
			}
			if slices.Contains(l.files, file) {
				continue
			}
			if err := l.load(file, within, &p); err != nil {
				return err
			}
		}
	}
	for _, entry := range []struct {
		name string
		read func(plain) error
	}{{"models", l.models}, {"data", l.data}, {"seed", l.setSeed}, {"suites", l.suites}, {"cells", l.addCells},
		{"corrupted", l.corrupted}, {"overlays", l.overlays}} {
		if p, ok := parts[entry.name]; ok {
			if err := entry.read(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxSeed is the largest seed: all up to it are the same in YAML and JSON, whose numbers may be float64.
const maxSeed = 1 << 53

func (l *loader) setSeed(p plain) error {
	seed, err := p.whole(0, maxSeed)
	l.spec.Seed = uint64(seed)
	return err
}

func (l *loader) corrupted(p plain) error {
	for _, p := range p.list() {
		one, err := readPath(p)
		if err != nil {
			return err
		}
		l.spec.Corrupted = append(l.spec.Corrupted, one)
	}
	return nil
}

func (l *loader) overlays(p plain) (err error) {
	l.spec.Overlays, err = readPath(p)
	return err
}

func readPath(p plain) (Path, error) {
	text, err := p.text()
	return Path{text, p}, err
}

func (l *loader) data(p plain) error {
	d := Data{at: p}
	if _, ok := p.value.(string); ok {
		var err error
		if d.Path, err = p.text(); err != nil {
			return err
		}
		l.spec.Data = d
		return nil
	}
	parts, err := p.object(dataEntries.names()...)
	if err != nil {
		return err
	}
	if p, ok := parts["path"]; ok {
		if d.Path, err = p.text(); err != nil {
			return err
		}
	}
	if p, ok := parts["class-map"]; ok {
		if d.ClassMap, err = readPath(p); err != nil {
			return err
		}
	}
	for _, entry := range []struct {
		name string
		to   *int
	}{{"resize", &d.Resize}, {"crop", &d.Crop}, {"limit", &d.Limit}, {"sample", &d.Sample}} {
		if p, ok := parts[entry.name]; ok {
			if *entry.to, err = p.whole(1, math.MaxInt32); err != nil {
				return err
			}
		}
	}
	switch {
	case d.Limit > 0 && d.Sample > 0:
		return parts["sample"].errorf("limit is there too: want one or the other")
	case d.Resize > 0 && d.Crop > d.Resize:
		return parts["crop"].errorf("%d pixels of an image of %d", d.Crop, d.Resize)
	}
	l.spec.Data = d
	return nil
}

func (l *loader) suites(p plain) error {
	for _, p := range p.list() {
		s, limit, err := readSuite(p)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(l.spec.Suites, func(other Suite) bool { return other.Name == s.Name }) {
			return p.errorf("the suite %s is there twice", s.Name)
		}
		l.spec.Suites = append(l.spec.Suites, s)
		for _, perturbation := range s.Perturbations {
			if err := l.add(perturbation, origin{p, true, limit}); err != nil {
				return err
			}
		}
	}
	return nil
}

// readSuite reads a suite's name, or an object with it and a limit.
func readSuite(p plain) (s Suite, limit Limit, err error) {
	if _, ok := p.value.(map[string]any); ok {
		parts, err := p.object(suiteEntries.names()...)
		if err != nil {
			return s, limit, err
		}
		named, ok := parts["suite"]
		if !ok {
			return s, limit, p.errorf("a limit without suite")
		}
		if limit, err = readLimit(parts); err != nil {
			return s, limit, err
		}
		p = named
	}
	name, err := p.text()
	if err != nil {
		return s, limit, err
	}
	s, err = LookupSuite(name)
	return s, limit, p.wrap(err)
}

// readLimit reads the limit of an object that may have one.
func readLimit(parts map[string]plain) (limit Limit, err error) {
	if p, ok := parts["limit"]; ok {
		limit.at = p
		limit.N, err = p.whole(1, math.MaxInt32)
	}
	return limit, err
}

// add adds a perturbation. Suites may have some in common; a cell that is there already is a mistake.
func (l *loader) add(p Perturbation, from origin) error {
	if other, ok := l.cells[p]; ok {
		switch {
		case !from.suite || !other.suite:
			return from.at.twice(other.at, p.String()+" is measured by ", " already: want each cell once")
		case from.limit.N != other.limit.N:
			return from.at.twice(other.at, p.String()+" is measured by ", " on another number of images: want one limit for both")
		}
		return nil
	}
	l.cells[p] = from
	l.spec.Perturbations = append(l.spec.Perturbations, p)
	if from.limit.N > 0 {
		l.spec.Limits[p] = from.limit
	}
	return nil
}
