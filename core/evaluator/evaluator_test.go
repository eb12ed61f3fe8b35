package evaluator

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"steady/core/dataset/fashion"
	"steady/core/exchange"
	"steady/core/inspect"
	"steady/core/preprocess"
	"steady/core/report"
	"steady/core/session"
)

// open returns an evaluator with the first test images of Fashion-MNIST and a network.
func open(t *testing.T, files map[string][]byte) *Evaluator {
	t.Helper()
	e, list := withFiles(files)
	if _, err := e.SetData(DataArgs{Files: list}, func(any) {}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.AddNetwork(NetworkArgs{Name: "standard", File: "fashion-standard.onnx"}, fashionNetwork(t), nil); err != nil {
		t.Fatal(err)
	}
	return e
}

func fashionNetwork(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "models", "fashion-standard.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// withFiles returns an evaluator that reads files from memory.
func withFiles(files map[string][]byte) (*Evaluator, []File) {
	var list []File
	var contents [][]byte
	for name, b := range files {
		list, contents = append(list, File{name, int64(len(b))}), append(contents, b)
	}
	return &Evaluator{Read: func(file int, p []byte, at int64) (int, error) { return bytes.NewReader(contents[file]).ReadAt(p, at) },
		Machine: "test", Program: "test"}, list
}

// compute computes all of a plan in one evaluator, and puts it into another.
func compute(t *testing.T, worker, book *Evaluator, plan PlanArgs) *PlanAnswer {
	t.Helper()
	var answers [2]*PlanAnswer
	for i, e := range []*Evaluator{worker, book} {
		var err error
		if answers[i], err = e.Plan(plan); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := fmt.Sprint(*answers[0]), fmt.Sprint(*answers[1]); a != b {
		t.Fatalf("plans differ:\n%s\n%s", a, b)
	}
	for i, task := range answers[0].Tasks {
		done := 0
		answer, err := worker.Compute(TaskArgs{i, task.Networks}, func(step any) { done = step.(TaskStep).Done })
		if err != nil {
			t.Fatal(err)
		}
		if done != task.Images*len(task.Networks) || !slices.Equal(answer.Keys, task.Keys) {
			t.Errorf("task %d: %d images of %v", i, done, answer.Keys)
		}
		if p, err := book.Put(PutArgs{answer.Lines}); err != nil || len(p.Refused) > 0 {
			t.Fatal(p, err)
		}
	}
	return answers[0]
}

// What workers compute becomes figures, pictures and files in another evaluator.
func TestRun(t *testing.T) {
	worker, book := open(t, nil), open(t, nil)
	plan := compute(t, worker, book, PlanArgs{Cells: []string{"contrast{severity=5}", "gaussian_noise{severity=3}", "fgsm{eps=8/255}"}, Limit: 30, Seed: 7, Began: "2026-01-02T03:04:05.678Z"})
	if len(plan.Perturbations) != 4 || plan.Images != 30 || len(plan.ID) != 64 {
		t.Errorf("%+v", plan)
	}
	summary, err := book.Summary()
	if err != nil {
		t.Fatal(err)
	}
	m := summary.Models[0]
	if len(m.Clean) != 3 || m.Clean[0] < .8 || len(m.Corrupted) != 3 || m.Corrupted[0] >= m.Clean[0] || m.AttackedBy == "" || m.Attacked[0] >= m.Clean[0] {
		t.Errorf("%+v", m)
	}
	details, pixels, err := book.Details(DetailsArgs{0, 5})
	if err != nil || len(details.Classes) == 0 || len(details.Broken) == 0 || len(pixels) != 2*len(details.Broken)*28*28*4 {
		t.Fatalf("%+v, %d bytes, %v", details, len(pixels), err)
	}
	if b := details.Broken[0]; b.Cells != 2 || b.Wrong < 1 || b.Answer == b.Label || plan.Perturbations[b.Perturbation].Corruption == "" {
		t.Errorf("%+v", b)
	}
	page, err := book.Export("html")
	if err != nil || !report.IsPage(page) || !bytes.Contains(page, []byte("data:image/png")) {
		t.Errorf("a page of %d bytes, %v", len(page), err)
	}
	lines, err := book.Export("lines")
	if err != nil || !exchange.IsFile(lines) {
		t.Fatalf("%.80s, %v", lines, err)
	}
	file, err := exchange.Read(bytes.NewReader(lines))
	if err != nil || len(file.Lines) != 4 || len(file.Slices) != 4 {
		t.Fatalf("%v", err)
	}
	for _, kind := range []string{"csv", "json"} {
		if b, err := book.Export(kind); err != nil || len(b) == 0 {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// A result that is broken, or not that of its slice, is refused, nothing is kept of it, and others beside it are taken.
func TestPutRefuses(t *testing.T) {
	e := open(t, nil)
	plan := PlanArgs{Cells: []string{"fog{severity=1}"}, Limit: 10}
	if _, err := e.Plan(plan); err != nil {
		t.Fatal(err)
	}
	a, err := e.Compute(TaskArgs{0, []int{0}}, func(any) {})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(l *exchange.Line){
		"another count":    func(l *exchange.Line) { l.Right-- },
		"fewer answers":    func(l *exchange.Line) { l.Answers = l.Answers[:len(l.Answers)-1] },
		"another identity": func(l *exchange.Line) { l.Identity += "x" },
		"not a number":     func(l *exchange.Line) { l.NLL = -1 },
	} {
		var l exchange.Line
		if err := json.Unmarshal([]byte(a.Lines[0]), &l); err != nil {
			t.Fatal(err)
		}
		change(&l)
		text, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := e.Put(PutArgs{[]string{string(text)}}); err != nil || len(p.Refused) != 1 || len(p.Taken)+len(p.Cells) > 0 || len(e.results.lines) > 0 {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	cut := a.Lines[0][:len(a.Lines[0])/2]
	if p, err := e.Put(PutArgs{[]string{cut, "", "null", a.Lines[0], "7"}}); err != nil || len(p.Cells) != 1 || p.Cells[0].Images != 10 || !slices.Equal(p.Taken, a.Keys) || len(p.Refused) != 3 {
		t.Errorf("%+v, %v", p, err)
	}
	failed, err := json.Marshal(exchange.Failed(e.plan.tasks[0].cells[0], "not finite", "2026-01-02T03:04:05.678Z"))
	if err != nil {
		t.Fatal(err)
	}
	if p, err := e.Put(PutArgs{[]string{string(failed)}}); err != nil || len(p.Cells) > 0 || len(e.results.lines) != 1 || e.results.lines[a.Keys[0]].Failure != "" {
		t.Errorf("a failure of what has a result: %+v, %v", p, err)
	}
}

// npy returns a NumPy file.
func npy(kind, shape string, data []byte) []byte {
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }\n", kind, shape)
	return append([]byte(fmt.Sprintf("\x93NUMPY\x01\x00%c%c%s", len(head)%256, len(head)/256, head)), data...)
}

// Images come as files, archives and folders, in ZIP files or not.
func TestData(t *testing.T) {
	set := fashion.Test()
	folder := map[string][]byte{}
	for i := range 20 {
		var b bytes.Buffer
		m, err := set.Images().Read(i, nil)
		if err == nil {
			err = png.Encode(&b, m.ToImage())
		}
		if err != nil {
			t.Fatal(err)
		}
		folder[fmt.Sprintf("mine/%s/%d.png", strings.ReplaceAll(set.Classes[set.Labels[i]], "/", "-"), i)] = b.Bytes()
	}
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	for name, b := range folder {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(b)
	}
	z.Close()
	record := make([]byte, 3073)
	record[0] = 3
	pair := map[string][]byte{"pictures.npy": npy("|u1", "4, 28, 28, 1", make([]byte, 4*784)), "classes.npy": npy("|u1", "4,", []byte{0, 1, 2, 3})}
	classes := map[string][]byte{} // two folders of one image each
	for name, b := range folder {
		if class := strings.Split(name, "/")[1]; len(classes) < 2 && classes[class+"/a.png"] == nil {
			classes[class+"/a.png"] = b
		}
	}
	hashes := map[string]string{}
	for name, c := range map[string]struct {
		files  map[string][]byte
		images int
		called string
		says   string
	}{
		"built in":         {nil, 1000, "fashion", ""},
		"a folder":         {folder, 20, "mine", ""},
		"two classes":      {classes, 2, "files", ""},
		"zipped":           {map[string][]byte{"mine.zip": zipped.Bytes()}, 20, "mine.zip", ""},
		"CIFAR":            {map[string][]byte{"test_batch.bin": record}, 1, "", ""},
		"a pair":           {pair, 4, "", ""},
		"x and y":          {map[string][]byte{"x.npy": pair["pictures.npy"], "y.npy": pair["classes.npy"]}, 4, "x.npy,y.npy", ""},
		"training images":  {map[string][]byte{"data_batch_1.bin": record}, 0, "", "test_batch.bin: has the images to test on"},
		"a picture":        {map[string][]byte{"cat.png": []byte("\x89PNG\r\n\x1a\n")}, 0, "", "cat.png: a picture; a set is a folder"},
		"cut short":        {map[string][]byte{"test_batch.bin": record[:3000]}, 0, "", "test_batch.bin"},
		"no archive":       {map[string][]byte{"mine.zip": []byte("PK but no more")}, 0, "", "mine.zip: zip: not a valid zip file"},
		"nothing known":    {map[string][]byte{"a.txt": []byte("hello")}, 0, "", "a.txt"},
		"half a ZIP":       {map[string][]byte{"mine.zip": zipped.Bytes()[:zipped.Len()/2]}, 0, "", "not a valid zip file"},
		"a name that lies": {map[string][]byte{"../../a/b.png": nil}, 0, "", "cannot be opened"},
	} {
		e, list := withFiles(c.files)
		before := e.hash
		d, err := e.SetData(DataArgs{Files: list}, func(any) {})
		if c.says != "" {
			if err == nil || !strings.Contains(err.Error(), c.says) || e.images != nil || e.hash != before {
				t.Errorf("%s: %v, want an error with %q", name, err, c.says)
			}
			continue
		}
		if err != nil || d.Images != c.images || c.called != "" && d.Name != c.called {
			t.Errorf("%s: %+v, %v", name, d, err)
			continue
		}
		hashes[name] = d.Hash
	}
	if hashes["a folder"] != hashes["zipped"] {
		t.Error("the same images have another hash in a ZIP file")
	}
}

// A network of the user is taken with what its file leaves open: weights of its own, class names, the order of its numbers.
func TestOwnNetworks(t *testing.T) {
	input := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("..", "onnx", "testdata", "inputs", name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	e, list := withFiles(map[string][]byte{"x.npy": npy("|u1", "4, 8, 8, 3", make([]byte, 4*192)), "y.npy": npy("|u1", "4,", []byte{0, 1, 2, 0})})
	if _, err := e.SetData(DataArgs{Files: list}, func(any) {}); err != nil {
		t.Fatal(err)
	}
	weights := session.File{Name: "external.onnx.data", Data: input("external.onnx.data")}
	for _, c := range []struct {
		file  string
		with  []session.File
		said  NetworkArgs
		wrong string
	}{
		{"external.onnx", nil, NetworkArgs{}, "external.onnx.data"},
		{"external.onnx", []session.File{weights}, NetworkArgs{Classes: []string{"red", "green"}}, "2 class names, but network 0 has 3 classes"},
		{"external.onnx", []session.File{weights}, NetworkArgs{Classes: []string{"red", "green", "blue"}}, ""},
		{"flat_color.onnx", nil, NetworkArgs{}, "in which order"},
		{"flat_color.onnx", nil, NetworkArgs{Layout: "hwc"}, ""},
		{"flat_color.onnx", nil, NetworkArgs{Layout: "hwc", Output: "none"}, "none"},
		{"size_free.onnx", nil, NetworkArgs{}, ""}, // it takes the size of the images
	} {
		c.said.Name, c.said.File = fmt.Sprintf("network %d", len(e.networks)), c.file
		_, err := e.AddNetwork(c.said, input(c.file), c.with)
		if c.wrong == "" && err != nil || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s, %+v: %v, want %q", c.file, c.said, err, c.wrong)
		}
	}
	if n := e.networks; len(n) != 3 || !slices.Equal(n[0].classes, []string{"red", "green", "blue"}) {
		t.Fatalf("%d networks, the classes of the first are %q", len(n), n[0].classes)
	}
	worker, _ := withFiles(nil)
	found, _, err := worker.Do("inspect", []byte("{}"), input("flat_color.onnx"), nil, nil)
	if r, ok := found.(*inspect.Report); err != nil || !ok || !slices.Contains(r.Asks, "layout") {
		t.Errorf("inspected: %+v, %v", found, err)
	}
	names, _, err := worker.Do("names", []byte(`{"file": "names.txt"}`), []byte("red\ngreen\n"), nil, nil)
	if n, ok := names.(*session.NamesAnswer); err != nil || !ok || !slices.Equal(n.Names, []string{"red", "green"}) {
		t.Errorf("names: %+v, %v", names, err)
	}
}

// What does not fit is refused in a sentence, and what was there stays.
func TestRefuses(t *testing.T) {
	e := open(t, nil)
	for name, c := range map[string]struct {
		do   func() error
		says string
	}{
		"no network": {func() error {
			_, err := e.AddNetwork(NetworkArgs{Name: "x", File: "x.onnx"}, []byte("nothing"), nil)
			return err
		}, "ONNX"},
		"the same twice": {func() error {
			_, err := e.AddNetwork(NetworkArgs{Name: "other", File: "other.onnx"}, fashionNetwork(t), nil)
			return err
		}, "is the same network as standard"},
		"no preprocessing": {func() error {
			_, err := e.AddNetwork(NetworkArgs{Name: "other", File: "other.onnx", Preprocessing: &preprocess.Spec{Scale: 1}}, fashionNetwork(t), nil)
			return err
		}, "is the same network as standard"},
		"a name twice": {func() error {
			_, err := e.AddNetwork(NetworkArgs{Name: "standard", File: "other.onnx"}, fashionNetwork(t), nil)
			return err
		}, "want a name for each"},
		"another size": {func() error {
			b, err := os.ReadFile(filepath.Join("..", "..", "models", "cifar10-standard.onnx"))
			if err == nil {
				_, err = e.AddNetwork(NetworkArgs{Name: "cifar", File: "cifar.onnx"}, b, nil)
			}
			return err
		}, "cifar does not fit the images of fashion"},
		"nothing to measure": {func() error { _, err := e.Plan(PlanArgs{}); return err }, "choose a suite"},
		"unknown suite":      {func() error { _, err := e.Plan(PlanArgs{Suites: []string{"none"}}); return err }, `unknown suite "none"`},
		"unknown cell":       {func() error { _, err := e.Plan(PlanArgs{Cells: []string{"mist"}}); return err }, "neither a corruption nor an attack"},
		"too many images":    {func() error { _, err := e.Plan(PlanArgs{Cells: []string{"fog{severity=1}"}, Limit: 5000}); return err }, "5000 images asked for"},
		"negative":           {func() error { _, err := e.Plan(PlanArgs{Cells: []string{"fog{severity=1}"}, Sample: -5}); return err }, "-5 images asked for"},
		"no plan":            {func() error { _, err := e.Summary(); return err }, "nothing is planned"},
	} {
		if err := c.do(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want an error with %q", name, err, c.says)
		}
	}
	if len(e.networks) != 1 {
		t.Errorf("%d networks", len(e.networks))
	}
}
