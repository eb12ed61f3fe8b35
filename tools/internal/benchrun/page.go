package benchrun

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"steady/core/dataset"
	"steady/core/report"
	"steady/core/subject"
	"steady/tools/internal/datafile"
	"steady/tools/internal/output"
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
	var source *subject.Examples
	if err == nil {
		defer images.Close()
		if images.W == 0 {
			p.Say("Data %s: making sure that these images were measured, which may take reading each once.", data)
		}
		source, err = newExamples(p.Context, results, images)
	}
	switch {
	case err == nil:
		return r.WriteHTML(w, report.HTMLOptions{Image: source.Image})
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

// planPage returns the file of the page that a run writes if nothing says what to measure, or "". A page of an earlier run is
// replaced.
func (o *Options) planPage() (path string, err error) {
	if o.Spec != "" || o.Shard != "" || o.Data != datafile.Default || len(o.Models)+len(o.Suites)+len(o.Cells)+len(o.Corrupted) > 0 {
		return "", nil
	}
	path = strings.TrimSuffix(o.Out, ".db") + ".html"
	plan := output.Plan{Force: o.Force || isPage(path)}
	plan.Input(o.Out)
	plan.Output("the page", path, "")
	return path, plan.Check()
}

// isPage reports whether a file is a page that this program has written.
func isPage(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 1<<10)
	n, _ := io.ReadFull(f, head)
	return report.IsPage(head[:n])
}

func (o *Options) writePage(ctx context.Context, path string, r *report.Report) error {
	page := Page{Context: ctx, Say: o.say}
	err := output.File(path, func(w io.Writer) error { return page.write(r, w) })
	if err == nil {
		o.say("Wrote the results as a page: %s", path)
	}
	return err
}
