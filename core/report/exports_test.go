package report

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"steady/core/corrupt"
	"steady/core/score"
)

// nasty is a name that means something to LaTeX and Markdown.
const nasty = `a_b & 50% {x} \y ^~ <z> |*[q]* "" -- #$` + "\n`é"

// exported is two networks of 10 images, computed by hand.
func exported(t *testing.T) *builder {
	b := newBuilder(t, 10, "net", nasty)
	for network, right := range [][]int{{8, 6, 4, 2, 5, 3, 1}, {10, 9, -1, 7, 10, 4, -1}} {
		for i, p := range []string{"clean", "fog{severity=1}", "fog{severity=3}", "snow{severity=3}", "laugros/hue{severity=range}", "fgsm{eps=8/255}", "pgd{eps=8/255}"} {
			b.add(network, p, 0, right[i])
		}
	}
	return b
}

func npz(t *testing.T, r *Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteNPZ(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWriteNPZ(t *testing.T) {
	archive := npz(t, exported(t).report(Options{}))
	if !bytes.Equal(archive, npz(t, exported(t).report(Options{}))) {
		t.Error("not the same bytes twice")
	}
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	head := regexp.MustCompile(`^\{'descr': '(.*)', 'fortran_order': False, 'shape': \((.*)\), \} *\n$`)
	read := func(name string) (element, shape string, data []byte) {
		t.Helper()
		f, err := files.Open(name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(f)
		if err != nil || string(b[:8]) != "\x93NUMPY\x01\x00" {
			t.Fatalf("%s: %v, %q", name, err, b)
		}
		end := 10 + int(binary.LittleEndian.Uint16(b[8:]))
		m := head.FindStringSubmatch(string(b[10:end]))
		if m == nil || end%64 != 0 {
			t.Fatalf("%s: %q", name, b[:end])
		}
		return m[1], m[2], b[end:]
	}
	for name, want := range map[string]struct {
		shape  string
		values []float64
	}{
		"clean": {"2,", []float64{.8, 1}},
		// fog at 1, 3 and range, snow, hue.
		"accuracy": {"2,3,3,", []float64{.6, .4, math.NaN(), math.NaN(), .2, math.NaN(), math.NaN(), math.NaN(), .5,
			.9, math.NaN(), math.NaN(), math.NaN(), .7, math.NaN(), math.NaN(), math.NaN(), 1}},
		"attacked": {"2,2,", []float64{.3, .1, .4, math.NaN()}},
	} {
		element, shape, data := read(name)
		if element != "<f8" || shape != want.shape || len(data) != 8*len(want.values) {
			t.Errorf("%s: %s, %s, %d bytes", name, element, shape, len(data))
			continue
		}
		for i, w := range want.values {
			if v := math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:])); v != w && !(math.IsNaN(v) && math.IsNaN(w)) {
				t.Errorf("%s[%d] is %g, want %g", name, i, v, w)
			}
		}
	}
	if element, shape, data := read("images"); element != "<i8" || shape != "2,3,3," || data[0] != 10 || data[16] != 0 {
		t.Errorf("images: %s, %s, % x", element, shape, data)
	}
	if element, shape, data := read("corruptions"); element != "<U11" || shape != "3," || len(data) != 3*44 || data[0] != 'f' || data[44] != 's' || data[12] != 0 {
		t.Errorf("corruptions: %s, %s, %q", element, shape, data)
	}
	if _, _, data := read("severities"); data[0] != '1' || data[20] != '3' || data[40] != 'r' {
		t.Errorf("severities: %q", data)
	}
	if r := newBuilder(t, 10, "net").report(Options{}); len(npz(t, r)) == 0 {
		t.Error("nothing measured: nothing written")
	}
	readByNumPy(t, archive)
}

// readByNumPy has NumPy itself read an archive, if it is there.
func readByNumPy(t *testing.T, archive []byte) {
	if exec.Command("python3", "-c", "import numpy").Run() != nil {
		t.Log("no NumPy")
		return
	}
	path := filepath.Join(t.TempDir(), "a.npz")
	if err := os.WriteFile(path, archive, 0o666); err != nil {
		t.Fatal(err)
	}
	const program = `
import sys, numpy
a = numpy.load(sys.argv[1])
print(sorted(a.files))
print(a["accuracy"].shape, a["accuracy"][0, 0, 1], numpy.isnan(a["accuracy"]).sum(), list(a["corruptions"]), list(a["severities"]), list(a["attacks"]), a["networks"][1] == sys.argv[2])
`
	out, err := exec.Command("python3", "-c", program, path, nasty).CombinedOutput()
	const want = "['accuracy', 'accuracy_lower', 'accuracy_upper', 'attacked', 'attacks', 'clean', 'corruptions', 'ece', 'images', 'networks', 'severities']\n(2, 3, 3) 0.4 11 ['fog', 'snow', 'laugros/hue'] ['1', '3', 'range'] ['fgsm{norm=linf}', 'pgd{norm=linf}'] True\n"
	if text := strings.ReplaceAll(strings.ReplaceAll(string(out), "np.str_(", ""), "')", "'"); err != nil || text != want {
		t.Errorf("%v: %s, want %s", err, text, want)
	}
}

func TestWriteLaTeX(t *testing.T) {
	var b bytes.Buffer
	if err := exported(t).report(Options{Reference: "net"}).WriteLaTeX(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{
		"\\begin{tabular}{lrrrrr}\n\\toprule\nNetwork & Clean & Corrupted & mCE & R & Attacked \\\\\n\\midrule\nnet & 80.00 & 40.00 & 100.00 & 0.500 & 10.00 \\\\\n & {\\scriptsize {[}49.02, 94.33{]}} & {\\scriptsize ",
		"\na\\_b \\& 50\\% \\{x\\} \\textbackslash{}y \\textasciicircum{}\\textasciitilde{} \\textless{}z\\textgreater{} \\textbar{}{*}{[}q{]}{*} \\textquotedbl{}\\textquotedbl{} -{}- \\#\\$ \\textasciigrave{}é & 100.00 ",
		"\nfog & 50.00 & \\textendash{} \\\\\nsnow & 20.00 & 70.00 \\\\\nlaugros/hue & 50.00 & 100.00 \\\\\n\\bottomrule",
		"12 of 14 cells are measured",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s\nwithout %q", text, want)
		}
	}
	balanced(t, text)
	compiled(t, text)
}

// balanced checks that braces and environments close, and that rows have as many cells as columns.
func balanced(t *testing.T, text string) {
	t.Helper()
	depth, columns := 0, 0
	plain := strings.NewReplacer(`\\`, "", `\{`, "", `\}`, "", `\&`, "").Replace(text)
	for _, r := range plain {
		switch r {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth < 0 {
			t.Fatal("a } too many")
		}
	}
	if depth != 0 {
		t.Errorf("%d braces are open at the end", depth)
	}
	var open []string
	for line := range strings.Lines(text) {
		if m := regexp.MustCompile(`^\\begin\{(\w+)\}`).FindStringSubmatch(line); m != nil {
			open = append(open, m[1])
			if at := strings.Index(line, "{l"); at > 0 {
				columns = len(strings.TrimSpace(line)) - at - 2
			}
		} else if m := regexp.MustCompile(`^\\end\{(\w+)\}`).FindStringSubmatch(line); m != nil {
			if len(open) == 0 || open[len(open)-1] != m[1] {
				t.Fatalf("%q ends, open are %q", m[1], open)
			}
			open = open[:len(open)-1]
		} else if strings.HasSuffix(line, "\\\\\n") {
			if cells := 1 + strings.Count(strings.ReplaceAll(line, `\&`, ""), "&"); cells != columns {
				t.Errorf("%d cells for %d columns: %s", cells, columns, line)
			}
		}
	}
	if len(open) != 0 {
		t.Errorf("open at the end: %q", open)
	}
}

// compiled has LaTeX itself read tables, if it is there.
func compiled(t *testing.T, text string) {
	t.Helper()
	program, err := exec.LookPath("pdflatex")
	if err != nil {
		t.Log("no pdflatex")
		return
	}
	dir := t.TempDir()
	document := "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{booktabs}\n\\begin{document}\n" + text + "\\end{document}\n"
	if err := os.WriteFile(filepath.Join(dir, "a.tex"), []byte(document), 0o666); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "-halt-on-error", "-interaction=nonstopmode", "a.tex")
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestWriteMarkdown(t *testing.T) {
	var b bytes.Buffer
	if err := exported(t).report(Options{}).WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n\n| Network | Clean | Corrupted | R | Attacked |\n|---|---:|---:|---:|---:|\n| net | 80.00 \\[49.02, 94.33\\] | ",
		"\n| a\\_b \\& 50% \\{x\\} \\\\y ^\\~ \\<z\\> \\|\\*\\[q\\]\\* \"\" -- \\#\\$ \\`é | 100.00 ",
		"\n| Corruption | net | a",
		"\n| fog | 50.00 | – |\n| snow | 20.00 | 70.00 |\n| laugros/hue | 50.00 | 100.00 |\n\n- 12 of 14 cells",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s\nwithout %q", b.String(), want)
		}
	}
	rows := regexp.MustCompile(`[^\\]\|`)
	for line := range strings.Lines(b.String()) {
		if n := len(rows.FindAllString(" "+line, -1)); strings.HasPrefix(line, "| n") && n != 6 || strings.HasPrefix(line, "| a") && n != 6 {
			t.Errorf("%d bars: %s", n, line)
		}
	}
}

// The published protocol makes RobustBench's files; what lacks a cell does not.
func TestRobustBench(t *testing.T) {
	b := newBuilder(t, 100, "net", "../other")
	b.Networks[0].DataName, b.Networks[1].DataName = "cifar-10-test", "cifar-10-test"
	for network := range 2 {
		b.add(network, "clean", 0, 90)
		for i, c := range corrupt.In(corrupt.ImageNetC) {
			for s := 1; s <= 5; s++ {
				b.add(network, c.Name+"{severity="+string(rune('0'+s))+"}", 0, 80-i-s)
			}
		}
		b.add(network, "autoattack{eps=16/255,norm=linf}", 0, 1)
		b.add(network, "autoattack{eps=4/255,norm=linf}", 0, 30)
		b.add(network, "autoattack{eps=8/255,norm=linf}", 0, 12)
		b.add(network, "autoattack{eps=0.25,norm=l2}", 0, 40)
	}
	b.Entries[len(b.Entries)/2+20].Result = nil // of the other's
	b.Networks[0].Classes, b.Networks[1].Classes = nil, make([]string, 10)
	files, err := b.report(Options{}).RobustBench()
	if err != nil {
		t.Fatal(err)
	}
	if paths := slices.Sorted(maps.Keys(files)); !slices.Equal(paths, []string{"cifar10/L2/_.._other.json", "cifar10/L2/net.json",
		"cifar10/Linf/_.._other.json", "cifar10/Linf/net.json", "cifar10/corruptions/net.json"}) {
		t.Errorf("%q", paths)
	}
	for path, want := range map[string]string{
		// Means: 80 - 7 - 3.
		"cifar10/corruptions/net.json": `{"link":null,"name":null,"authors":null,"additional_data":null,"number_forward_passes":null,"dataset":"cifar10","venue":null,"architecture":null,` +
			`"eps":null,"clean_acc":"90.00","reported":null,"corruptions_acc":"70.00","footnote":"corrupted by steady, not the published files; frost is grown; 100 images"}`,
		"cifar10/Linf/net.json": `{"link":null,"name":null,"authors":null,"additional_data":null,"number_forward_passes":null,"dataset":"cifar10","venue":null,"architecture":null,` +
			`"eps":"8/255","clean_acc":"90.00","reported":null,"autoattack_acc":"12.00","footnote":"AutoAttack of steady; 100 images"}`,
		"cifar10/L2/net.json": `{"link":null,"name":null,"authors":null,"additional_data":null,"number_forward_passes":null,"dataset":"cifar10","venue":null,"architecture":null,` +
			`"eps":"0.25","clean_acc":"90.00","reported":null,"autoattack_acc":"40.00","footnote":"AutoAttack of steady; 100 images"}`,
	} {
		if text, err := json.Marshal(files[path]); err != nil || string(text) != want {
			t.Errorf("%s: %s, %v", path, text, err)
		}
	}
	if _, err := exported(t).report(Options{}).RobustBench(); !errors.Is(err, ErrNotRobustBench) {
		t.Error(err)
	}
	// AlexNet itself, as RobustBench has measured it, has an mCE of 100.
	m := Model{Images: 5000}
	for _, c := range corrupt.In(corrupt.ImageNetC) {
		accuracy := 1 - score.AlexNetRobustBench()[c.Name]
		one := Corruption{Accuracy: &accuracy, variant: variant{corruption: c}}
		for range 5 {
			one.entries = append(one.entries, &Entry{})
		}
		m.Corruptions = append(m.Corruptions, one)
	}
	if info, ok := m.corruptionInfo("imagenet", true); !ok || *info.MCE != "100.00" || *info.Corrupted != "21.12" {
		t.Errorf("%+v, %t", info, ok)
	}
}

func TestRobustBenchSet(t *testing.T) {
	for _, c := range []struct {
		name    string
		classes int
		want    string
	}{
		{"CIFAR-10 test", 10, "cifar10"}, {"cifar-100", 100, "cifar100"}, {"imagenet/val", 1000, "imagenet"}, {"imagenet", 0, "imagenet"},
		{"tiny-imagenet", 200, "tiny-imagenet"}, {"ImageNet-100", 100, "ImageNet-100"}, {"mnist", 10, "mnist"},
	} {
		n := &Network{DataName: c.name}
		if c.classes > 0 {
			n.Classes = make([]string, c.classes)
		}
		if got := robustBenchSet(n); got != c.want {
			t.Errorf("%s of %d classes: %s, want %s", c.name, c.classes, got, c.want)
		}
	}
}
