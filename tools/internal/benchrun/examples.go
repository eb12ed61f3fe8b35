package benchrun

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/img"
	"steady/core/nn"
	"steady/core/report"
	"steady/tools/internal/datafile"
)

// Page is what a page of a report needs besides the report.
type Page struct {
	Context context.Context
	Data    string // where the images of its examples are; "" for where the last run has found them
	Say     func(format string, args ...any)
}

// write writes the page. If there are no images, or others than those that were measured, it says so; if Data names these,
// it is an error.
func (p *Page) write(r *report.Report, w io.Writer) error {
	results := r.Results()
	data := p.Data
	if data == "" {
		if data = usedData(results); data == "" {
			return r.WriteHTML(w, report.HTMLOptions{NoImages: "The images are not where the runs have found them: steady bench report --data says where they are."})
		}
	}
	images, err := datafile.Open(data, dataset.Test, dataset.Options{}, p.Say)
	var source *exampleSource
	if err == nil {
		defer images.Close()
		if images.W == 0 {
			p.Say("Data %s: reading every image once, to be sure that it was measured.", data)
		}
		source, err = newExampleSource(p.Context, results, images)
	}
	switch {
	case err == nil:
		return r.WriteHTML(w, report.HTMLOptions{Image: source.image})
	case p.Data != "" || p.Context.Err() != nil:
		return err
	}
	return r.WriteHTML(w, report.HTMLOptions{NoImages: fmt.Sprintf("There are no images (%v): steady bench report --data says where they are.", err)})
}

// usedData returns the data of the last run, if it is still there: "" if not.
func usedData(results *report.Results) string {
	for i := len(results.Runs) - 1; i >= 0; i-- {
		var spec struct {
			Data struct{ Path string }
		}
		if json.Unmarshal(results.Runs[i].Spec, &spec) != nil {
			continue
		}
		path := spec.Data.Path
		if path == "" || path == datafile.Default {
			return datafile.Default
		}
		for _, folder := range []string{"", filepath.Dir(results.Name)} {
			there := true
			var files []string
			for _, f := range datafile.Files(path) {
				if folder != "" && !filepath.IsAbs(f) {
					f = filepath.Join(folder, f)
				}
				_, err := os.Stat(f)
				there, files = there && err == nil, append(files, f)
			}
			if there {
				return strings.Join(files, ",")
			}
		}
	}
	return ""
}

// exampleSource makes images as networks saw them.
type exampleSource struct {
	networks []report.Network
	sources  map[string]*eval.Source // by the hash of the data and the preparation
}

// newExampleSource returns an error if images are not those that the networks were measured on.
func newExampleSource(ctx context.Context, results *report.Results, images *dataset.Images) (*exampleSource, error) {
	hash, err := images.Hash(ctx, nil)
	if err != nil {
		return nil, datafile.Hint(err)
	}
	s := &exampleSource{results.Networks, map[string]*eval.Source{}}
	for _, n := range results.Networks {
		set, data := images, hash
		if n.Indices != nil {
			if last := n.Indices[len(n.Indices)-1]; last >= images.Len() {
				return nil, fmt.Errorf("data %s: %d images, but number %d was measured", images.Name, images.Len(), last)
			}
			set, data = images.Select(n.Indices), sampleHash(hash, len(n.Indices), n.Cell.Seed)
		}
		if data != n.Cell.Data {
			return nil, fmt.Errorf("data %s: not the images that %s was measured on", images.Name, n.Name)
		}
		shape, options, err := parsePreparation(n.Cell.Preparation)
		if err != nil {
			return nil, err
		}
		source, err := eval.NewSource(set, shape, options)
		if err != nil {
			return nil, err
		}
		s.sources[n.Cell.Data+n.Cell.Preparation] = source
	}
	return s, nil
}

// parsePreparation reads what preparation writes.
func parsePreparation(text string) (shape nn.Shape, o eval.Options, err error) {
	shape = make(nn.Shape, 3)
	if n, _ := fmt.Sscanf(text, "resize=%d crop input=%d×%d×%d", &o.Resize, &shape[0], &shape[1], &shape[2]); n == 4 {
		o.Crop = true
		return shape, o, nil
	}
	o = eval.Options{}
	if n, _ := fmt.Sscanf(text, "input=%d×%d×%d", &shape[0], &shape[1], &shape[2]); n != 3 {
		err = fmt.Errorf("images prepared as %q, which this program does not know", text)
	}
	return shape, o, err
}

// image is that of report.HTMLOptions. Of images that others have corrupted, and frost of photographs, it has none.
func (s *exampleSource) image(network int, p bench.Perturbation, i int) (*img.Image, error) {
	cell := s.networks[network].Cell
	source := s.sources[cell.Data+cell.Preparation]
	c, o, jpeg := p.Corruption()
	if p.Files() != "" || c != nil && c.Name == "frost" && cell.Overlays != "" {
		return nil, report.ErrNoImage
	}
	if c != nil {
		o.Seed = cell.Seed
		var err error
		if source, err = source.With(c, o, jpeg); err != nil {
			return nil, err
		}
	}
	m, err := source.Image(i, nil)
	if err == nil && source.Shape()[0] == 1 {
		m.Gray()
	}
	return m, err
}
