package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"steady/core/bench"
	"steady/core/chart"
	"steady/core/img"
	"steady/core/phrase"
	"steady/core/score"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

// HTMLOptions are what a page has besides figures.
type HTMLOptions struct {
	// Image returns an image as a network sees it, by their places, or an error that matches ErrNoImage if there is none under
	// this perturbation. It is nil if there are none at all.
	Image    func(network int, p bench.Perturbation, image int) (*img.Image, error)
	NoImages string // why there are none, a sentence
}

// ErrNoImage matches the error of an image that cannot be shown.
var ErrNoImage = errors.New("no image to show")

// WriteHTML writes everything as a page that needs no other file and no network.
func (r *Report) WriteHTML(w io.Writer, o HTMLOptions) error {
	p := &page{Report: r, style: pageStyle, script: strings.TrimSpace(pageScript)}
	p.fillResult()
	p.fillCorruptions()
	p.fillAttacks()
	p.fillClasses()
	p.fillCalibration()
	p.fillComparisons()
	if err := p.fillExamples(o); err != nil {
		return err
	}
	p.fillMethods()
	var b bytes.Buffer // so that nothing half-written is taken for a page
	if err := pageTemplate.Execute(&b, p); err != nil {
		return fmt.Errorf("report: page: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// IsPage reports whether a file that begins with head, of which a kilobyte is enough, is a page of WriteHTML.
func IsPage(head []byte) bool {
	return bytes.Contains(head, []byte(`<meta name="generator" content="Steady">`))
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"swatch":  func(i int) template.HTML { return template.HTML(chart.Swatch(chart.Series(i))) },
	"percent": func(v float64) string { return fmt.Sprintf("%.1f", 100*v) },
	"count":   phrase.Count,
	"nobreak": func(text string) string { return strings.ReplaceAll(text, " %", "\u00a0%") },
}).Parse(pageText))

// page is what the template shows: the report, and charts and tables made of it.
type page struct {
	*Report
	style, script string
	charts        int // so far, for their IDs

	Title, Subtitle string
	Answer          []string // sentences
	Result          htmlTable
	Remarks         []string // below the table

	ByCorruption, BySeverity template.HTML
	Small                    []template.HTML // by severity, one for each corruption
	HeatMaps                 []figure
	Families                 htmlTable

	Security []figure // curves over eps
	Attacks  htmlTable

	Classes []classes

	Reliability []figure
	Calibration htmlTable

	Pairs, CorruptedPairs htmlTable

	Examples []example
	NoImages string

	Methods methods
}

// figure is a chart, and the same as a table.
type figure struct {
	Name  string
	Chart template.HTML
	Table htmlTable
}

// htmlTable is one that can be sorted.
type htmlTable struct {
	Head []string
	Rows []row
}

// Heads returns the heads of columns, and whether these are of text.
func (t htmlTable) Heads() (heads []cell) {
	for k, text := range t.Head {
		heads = append(heads, cell{Text: text, IsText: k > 0 && len(t.Rows) > 0 && t.Rows[0].Cells[k-1].IsText})
	}
	return heads
}

type row struct {
	Series int // of the network that the row is of; -1 for none
	Name   string
	Cells  []cell
}

// cell is a number, or text.
type cell struct {
	Text, Sub string
	Value     float64 // to sort by
	Best      bool
	IsText    bool // which is not a figure
}

// Style, Script and Policy are parts of the page that the template takes as they are. The policy allows no request.
func (p *page) Style() template.CSS { return template.CSS(p.style) }
func (p *page) Script() template.JS { return template.JS(p.script) }
func (p *page) Policy() string {
	sum := sha256.Sum256([]byte(p.script))
	return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// id returns one for the next chart.
func (p *page) id() string {
	p.charts++
	return fmt.Sprintf("chart-%d", p.charts)
}

// Bins is the number of bins of calibration errors.
func (p *page) Bins() int { return score.Bins }

// AnyAttack reports whether a network was to be attacked.
func (p *page) AnyAttack() bool { return len(p.Attacks.Rows)+len(p.Security) > 0 }

// Last is the last image of a failed cell.
func (f Failure) Last() int { return f.First + f.Images - 1 }

// Sort is what the page's script sorts by: nothing where a figure is missing.
func (c cell) Sort() string {
	if math.IsInf(c.Value, 0) || math.IsNaN(c.Value) {
		return ""
	}
	return strconv.FormatFloat(c.Value, 'g', 6, 64)
}

// share returns a cell for an accuracy or another share.
func share(v *float64, i *score.Interval) cell {
	if v == nil {
		return missing
	}
	c := cell{Text: fmt.Sprintf("%.1f", 100**v), Value: *v}
	if i != nil {
		c.Sub = fmt.Sprintf("%.1f–%.1f", 100*i.Lower, 100*i.Upper)
	}
	return c
}

// missing is a cell without a figure, which is sorted to the end.
var missing = cell{Text: "–", Value: math.Inf(-1)}

func words(text string) cell { return cell{Text: text, IsText: true} }

// markBest marks the best figures of a column, the greatest ones or the least ones, if there are worse.
func (t *htmlTable) markBest(column int, least bool) {
	sign := 1.
	if least {
		sign = -1
	}
	var values []float64
	for _, r := range t.Rows {
		if c := r.Cells[column]; !math.IsInf(c.Value, -1) {
			values = append(values, sign*c.Value)
		}
	}
	if len(values) == 0 || slices.Max(values) == slices.Min(values) {
		return
	}
	for i := range t.Rows {
		c := &t.Rows[i].Cells[column]
		c.Best = !math.IsInf(c.Value, -1) && sign*c.Value == slices.Max(values)
	}
}

func pValue(p float64) string {
	if p < .001 {
		return "< 0.001"
	}
	return fmt.Sprintf("%.3f", p)
}
