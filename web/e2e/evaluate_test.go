package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"steady/core/dataset"
	"steady/core/dataset/fashion"
	"steady/core/score"
)

// command runs the built command, and returns what it prints.
func command(t *testing.T, args ...string) []byte {
	t.Helper()
	c := exec.Command(filepath.Join("..", "..", "build", "steady"), args...)
	var failure strings.Builder
	c.Stderr = &failure
	out, err := c.Output()
	if err != nil {
		t.Fatalf("steady %s: %v\n%s", strings.Join(args, " "), err, failure.String())
	}
	return out
}

// saved makes the page keep the files that it saves in window.saved, by name.
const saved = `
	window.saved = {};
	const make = URL.createObjectURL;
	const blobs = new Map();
	URL.createObjectURL = (b) => { const url = make.call(URL, b); blobs.set(url, b); return url; };
	HTMLAnchorElement.prototype.click = function () { blobs.get(this.href)?.text().then((t) => (window.saved[this.download] = t)); };`

// export presses a button of the exports, and returns the file.
func (b *tab) export(kind, name string) string {
	b.Helper()
	eval[bool](b, fmt.Sprintf(`(document.querySelector("[data-export=%s]").click(), true)`, kind))
	b.wait(fmt.Sprintf("window.saved[%q]", name))
	return eval[string](b, fmt.Sprintf("window.saved[%q]", name))
}

func (b *tab) evaluation(state string) {
	b.Helper()
	b.wait(fmt.Sprintf(`document.documentElement.dataset.evaluation === %q`, state))
}

// The page finds what the command finds: of corruptions at most one image a cell differs, and accuracies under attack lie in
// each other's intervals. What the command does with the page's file says it.
func TestEvaluate(t *testing.T) {
	const images = 50
	cells := []string{"gaussian_noise{severity=3}", "fog{severity=5}", "jpeg_compression{severity=4}", "fgsm{eps=4/255}"}
	b := open(t, setting{query: "evaluate.html#networks=fashion-standard&seed=3&limit=" + strconv.Itoa(images) + "&cells=" + strings.Join(cells, "%20") + "&run=1", before: saved, height: 1500})
	b.evaluation("done")
	b.wait(`document.querySelectorAll("#summary tbody tr").length === 1`)
	t.Cleanup(b.checkQuiet)
	shown := eval[[]string](b, `[...document.querySelectorAll(".map tbody td")].map(e => e.textContent)`)
	if strings.Contains(strings.Join(shown, " "), "·") {
		t.Errorf("cells without a figure: %q", shown)
	}
	eval[bool](b, `(document.getElementById("by-class").open = document.getElementById("by-image").open = true)`)
	b.wait(`document.querySelectorAll("#broken canvas").length > 1 && document.querySelectorAll("#classes tbody tr").length === 10`)
	b.screenshot("evaluate", true)
	b.loadAxe()
	b.checkAxe("evaluated")
	if page := b.export("html", "steady-report.html"); !strings.Contains(page, `content="Steady"`) || !strings.Contains(page, "data:image/png") {
		t.Errorf("the report is %d bytes, want a page with images", len(page))
	}
	folder := t.TempDir()
	file, page, native := filepath.Join(folder, "steady-results.jsonl"), filepath.Join(folder, "page.db"), filepath.Join(folder, "native.db")
	if err := os.WriteFile(file, []byte(b.export("lines", "steady-results.jsonl")), 0o666); err != nil {
		t.Fatal(err)
	}
	command(t, "bench", "merge", page, file)
	run := []string{"bench", "run", "--model", "fashion-standard", "--seed", "3", "--limit", strconv.Itoa(images), "--out", native}
	for _, c := range cells {
		run = append(run, "--cell", c)
	}
	command(t, run...)
	var found struct {
		Cells    int
		Compared []struct {
			Perturbation string
			RightA       int  `json:"right_a"`
			RightB       int  `json:"right_b"`
			Changed      *int `json:"changed_answers"` // null if the images are others
		}
	}
	if err := json.Unmarshal(command(t, "bench", "compare", native, page, "--json"), &found); err != nil {
		t.Fatal(err)
	}
	if found.Cells != len(cells)+1 || len(found.Compared) != found.Cells {
		t.Errorf("%d cells are of the same images, want %d", found.Cells, len(cells)+1)
	}
	for _, c := range found.Compared {
		if c.Changed == nil {
			t.Errorf("%s: on other images", c.Perturbation)
			continue
		}
		if *c.Changed > 0 {
			t.Logf("%s: %d images are classified otherwise", c.Perturbation, *c.Changed)
		}
		if strings.HasPrefix(c.Perturbation, "fgsm") {
			if interval := score.Wilson(c.RightA, images, .95); !interval.Contains(float64(c.RightB) / images) {
				t.Errorf("%s: %d right in the page, %d with the command", c.Perturbation, c.RightB, c.RightA)
			}
		} else if *c.Changed > 1 {
			t.Errorf("%s: %d images are classified otherwise than by the command, want at most 1", c.Perturbation, *c.Changed)
		}
	}
}

// A run that is paused, and whose page is loaded again, goes on where it was.
func TestEvaluateGoesOn(t *testing.T) {
	b := open(t, setting{query: "evaluate.html?limit=20&suites=quick", before: saved})
	b.evaluation("ready")
	b.click("evaluate")
	b.wait(`document.querySelectorAll(".map tbody td[style]").length > 1`)
	b.click("evaluate") // pause
	b.wait(`["paused", "done"].includes(document.documentElement.dataset.evaluation)`)
	before := eval[int](b, `document.querySelectorAll(".map tbody td[style]").length`)
	// Of what the browser has kept, one line is cut short.
	eval[bool](b, `new Promise((done, wrong) => {
		const open = indexedDB.open("steady-evaluations");
		open.onerror = () => wrong(open.error);
		open.onsuccess = () => {
			const change = open.result.transaction("line", "readwrite");
			const lines = change.objectStore("line");
			const cursor = lines.openCursor();
			cursor.onsuccess = () => cursor.result && cursor.result.update(cursor.result.value.slice(0, 40));
			change.oncomplete = () => (open.result.close(), done(true));
		};
	})`)
	must(b, chromedp.Do(b.ctx, chromedp.Navigate(origin+"/evaluate.html")))
	b.wait(`!document.getElementById("again").hidden && document.documentElement.dataset.evaluation === "ready"`)
	b.click("again-go")
	b.wait(`document.getElementById("run-notes").textContent.includes("1 result that this browser has kept cannot be read; what it was of is computed again.")`)
	b.wait(fmt.Sprintf(`document.querySelectorAll(".map tbody td[style]").length >= %d`, before))
	b.evaluation("done")
	if b.text("evaluate") != "Done" {
		t.Errorf("the button says %q", b.text("evaluate"))
	}
}

// The address follows what is chosen, and a reload shows the same; the skip link and the address that the page has written begin
// nothing anew, another link does.
func TestEvaluateAddress(t *testing.T) {
	b := open(t, setting{query: "evaluate.html?limit=10&cells=contrast{severity=5}"})
	b.evaluation("ready")
	t.Cleanup(b.checkQuiet)
	const first = "#networks=fashion-standard&cells=contrast{severity=5}&limit=10"
	b.wait(`location.search + location.hash === "` + first + `"`)
	eval[bool](b, `(window.before = true, document.querySelector("a.skip").focus(), true)`)
	b.press(kb.Enter)
	b.set("seed", "3")
	b.wait(`location.hash === "` + first + `&seed=3"`)
	if !eval[bool](b, `!!window.before`) {
		t.Fatal("the page began anew")
	}
	must(b, chromedp.Do(b.ctx, chromedp.Reload()))
	b.wait(`document.documentElement.dataset.evaluation === "ready" && !document.getElementById("evaluate").disabled`)
	if plan, hash := b.text("run-plan"), eval[string](b, `location.hash`); b.value("seed") != "3" || plan != "2 perturbations × 1 network × 10 images" || hash != first+"&seed=3" {
		t.Errorf("after a reload of %s: seed %s, %s", hash, b.value("seed"), plan)
	}
	eval[bool](b, `(window.before = true, location.hash = "#cells=fog{severity=1}&limit=20", true)`)
	b.wait(`!window.before && location.hash === "#networks=fashion-standard&cells=fog{severity=1}&limit=20"`)
	eval[bool](b, `(location.hash = "#suites=quick,fast", true)`)
	b.wait(`document.getElementById("run-wrong").textContent === "Of the link: no suite is called fast."`)
}

// Images of the user are read in the page; what is no set is refused, and what was there stays.
func TestEvaluateOwnData(t *testing.T) {
	b := open(t, setting{query: "evaluate.html?limit=25&cells=contrast{severity=5}", before: saved, width: 390, height: 844, dark: true})
	b.evaluation("ready")
	folder := t.TempDir()
	set := fashion.Test()
	var paths []string
	write := func(name string, element dataset.Element, shape []int, data []byte) {
		path := filepath.Join(folder, name)
		head, err := dataset.NPYHeader(element, shape...)
		if err == nil {
			err = os.WriteFile(path, append(head, data...), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	labels := make([]byte, 30)
	for i := range labels {
		labels[i] = byte(set.Labels[i])
	}
	write("x_test.npy", dataset.Uint8, []int{30, 28, 28}, set.Pix[:30*784])
	write("y_test.npy", dataset.Uint8, []int{30}, labels)
	b.loadAxe()
	b.checkAxe("choices, on a phone, dark")
	if !eval[bool](b, `(document.getElementById("data-built-in").click(), document.getElementById("evaluate").disabled)`) {
		t.Error("a run of what was chosen before can begin while images are read")
	}
	b.wait(`!document.getElementById("evaluate").disabled`)
	b.upload("data-files", paths...)
	b.wait(`document.getElementById("data-info").textContent.includes("30 images of 28×28")`)
	b.wait(`document.querySelectorAll("#networks input:checked").length === 1 && document.documentElement.dataset.evaluation === "ready" && !document.getElementById("evaluate").disabled`)
	b.click("evaluate")
	b.evaluation("done")
	if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 390 {
		t.Errorf("the page is %d pixels wide on a phone of 390", wide)
	}
	b.screenshot("evaluate-phone-dark", true)
	bad := filepath.Join(folder, "bad.npy")
	if err := os.WriteFile(bad, []byte("\x93NUMPY but no more"), 0o666); err != nil {
		t.Fatal(err)
	}
	b.upload("data-files", bad)
	b.wait(`document.getElementById("data-wrong").textContent.includes("bad.npy")`)
	if info := b.text("data-info"); !strings.Contains(info, "30 images of 28×28") {
		t.Errorf("after a bad file: %s", info)
	}
}

// A network of the user goes through the dialog of the page of one image: outputs, class names and pixels are asked for; a network that
// does not fit is refused there, and one that does is measured.
func TestEvaluateOwnNetwork(t *testing.T) {
	b := open(t, setting{query: "evaluate.html#limit=10&cells=contrast{severity=5}"})
	b.evaluation("ready")
	t.Cleanup(b.checkQuiet)
	b.loadAxe()
	b.click("network-open")
	b.upload("upload-file", colorModel)
	b.inspected()
	if w := b.load(); !strings.Contains(w, "does not fit the images of Fashion-MNIST") && !strings.Contains(w, "does not fit the images of fashion") {
		t.Errorf("of a network for color images it says %q", w)
	}
	b.upload("upload-file", file(t, "mine.onnx", withOutput(content(t, grayModel), "full.relu")))
	b.inspected()
	b.set("upload-output", "output")
	b.upload("upload-labels", file(t, "names.txt", []byte("a\nb\n")))
	if w := b.load(); !strings.Contains(w, "There are 2 class names, but mine has 10 classes") {
		t.Errorf("of two class names it says %q", w)
	}
	b.click("upload-labels-remove")
	b.checkAxe("a network is opened")
	b.screenshot("evaluate-upload", false)
	if w := b.load(); w != "" {
		t.Fatalf("the dialog says %q", w)
	}
	b.wait(`document.querySelectorAll("#networks input:checked").length === 2 && document.getElementById("run-plan").textContent.startsWith("2 perturbations × 2 networks")`)
	if hash := eval[string](b, `location.hash`); hash != "" {
		t.Errorf("with a network of the user the address says %s", hash)
	}
	b.wait(`document.documentElement.dataset.evaluation === "ready" && !document.getElementById("evaluate").disabled`)
	b.click("evaluate")
	b.evaluation("done")
	b.wait(`document.querySelectorAll("#summary tbody tr").length === 2`)
	figures := eval[[]string](b, `[...document.querySelectorAll("#summary tbody tr")].map(r => r.cells[1].textContent)`)
	if figures[0] != figures[1] { // the same network with another output beside it
		t.Errorf("the accuracies are %q", figures)
	}

	// Of several networks, one is opened after the other.
	b.click("network-open")
	other := func(name string) string { // the same network by another producer: its version says what file it is of
		return file(t, name+".onnx", append(content(t, grayModel), "\x1a\x03"+name...))
	}
	b.upload("upload-file", other("one"), other("two"), other("six"))
	for i, want := range []string{"After this network: two.onnx, six.onnx.", "After this network: six.onnx.", ""} {
		b.wait(`document.getElementById("upload-taken").textContent === "` + want + `" && document.getElementById("upload-load").disabled === false`)
		b.inspected()
		b.click("upload-load")
		b.wait(fmt.Sprintf(`document.getElementById("upload-wrong").textContent || document.querySelectorAll("#networks input:checked").length === %d`, 3+i))
		if w := b.text("upload-wrong"); w != "" {
			t.Fatalf("network %d of several: %s", i, w)
		}
	}
	b.wait(`!document.getElementById("upload").open`)
}

// What evaluating takes besides the networks: of the built-in images and fashion-standard, or with STEADY_DATA=test_batch.bin of
// CIFAR-10's and cifar10-standard.
//
//	STEADY_IMAGES=1000 go test -count=1 -timeout 2h -run EvaluateSpeed -v ./web/e2e
func TestEvaluateSpeed(t *testing.T) {
	images, err := strconv.Atoi(os.Getenv("STEADY_IMAGES"))
	if err != nil {
		t.Skip("STEADY_IMAGES says how many images are evaluated")
	}
	b := open(t, setting{query: fmt.Sprintf("evaluate.html?networks=fashion-standard&suites=cifar10-c,cifar10-c-extra&seed=11&limit=%d", images), long: true})
	b.evaluation("ready")
	network := "fashion-standard"
	if path := os.Getenv("STEADY_DATA"); path != "" {
		network = "cifar10-standard"
		b.upload("data-files", path)
		b.wait(`document.getElementById("data-info").textContent.includes("of 32×32") && document.documentElement.dataset.evaluation === "ready" && !document.getElementById("evaluate").disabled`)
	}
	begin := time.Now()
	b.click("evaluate")
	for eval[string](b, `document.documentElement.dataset.evaluation`) != "done" {
		time.Sleep(time.Second)
	}
	passed := time.Since(begin).Seconds()
	var times struct{ All, Networks float64 }
	if err := json.Unmarshal([]byte(eval[string](b, `document.documentElement.dataset.times`)), &times); err != nil {
		t.Fatal(err)
	}
	workers, err := strconv.Atoi(b.value("workers"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s, %d images in 96 cells, %d workers: %.1f s; slices took %.1f s of workers, networks %.1f s of these", network, images, workers, passed, times.All, times.Networks)
	t.Logf("slices took %.3f times what networks did; all of it, workers starting and waiting too, %.3f times", times.All/times.Networks, passed*float64(workers)/times.Networks)
}
