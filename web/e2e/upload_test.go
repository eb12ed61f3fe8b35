package e2e

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

func content(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	grayModel  = "../../models/fashion-standard.onnx"
	colorModel = "../../models/cifar10-standard.onnx"
	weightless = "../../core/onnx/testdata/inputs/external.onnx"
)

// inspected waits until the dialog has read the file that was chosen.
func (b *tab) inspected() {
	b.Helper()
	b.wait(`document.getElementById("inspection-busy").hidden &&
		(document.getElementById("upload-report").childElementCount > 0 || document.getElementById("upload-wrong").textContent !== "")`)
}

// load presses the dialog's button, and waits until the network is there; it returns what is wrong with it otherwise.
func (b *tab) load() string {
	b.Helper()
	eval[bool](b, `(document.getElementById("upload-wrong").textContent = "", true)`)
	b.click("upload-load")
	b.wait(`!document.getElementById("upload").open || document.getElementById("upload-wrong").textContent !== ""`)
	return b.text("upload-wrong")
}

// What a file holds and wants is said before it is loaded, and what is wrong with it.
func TestUpload(t *testing.T) {
	b := ready(t, setting{})
	b.click("open-network")
	if w := b.load(); w != "Choose an ONNX file first." {
		t.Errorf("without a file the dialog says %q", w)
	}
	good := content(t, grayModel)
	for name, content := range map[string][]byte{"broken.onnx": good[:len(good)/3], "no.onnx": []byte("no network")} {
		b.upload("upload-file", file(t, name, content))
		b.inspected()
		if w := b.text("upload-wrong"); !strings.Contains(w, "not an ONNX model") {
			t.Errorf("%s: the dialog says %q", name, w)
		}
		if w := b.load(); !strings.Contains(w, "cannot use this network: onnx: ") {
			t.Errorf("%s: the dialog says %q", name, w)
		}
	}
	b.screenshot("upload-broken", false)
	b.upload("upload-file", file(t, "mine.onnx", good))
	b.inspected()
	for _, want := range []string{"float32, N × 1 × 28 × 28", "10 (logits): ", "steady, operator set 17", "million per picture"} {
		if r := b.text("upload-report"); !strings.Contains(r, want) {
			t.Errorf("the dialog says nothing of %q: %s", want, r)
		}
	}
	if why := b.text("upload-why"); b.value("upload-scale") != "none" || !strings.Contains(why, "pixels of mean") {
		t.Errorf("pixels go in %s, because %q", b.value("upload-scale"), why)
	}
	b.screenshot("upload", false)
	if w := b.load(); w != "" {
		t.Fatalf("the dialog says %q", w)
	}
	b.wait(`location.hash.includes("network=own") && /ankle boot/i.test(document.getElementById("original-foot").textContent)`)
	if v := b.value("network"); v != "own" {
		t.Errorf("the network chosen is %q, want the own one", v)
	}
	if card := b.text("card-list"); !strings.Contains(card, "mine.onnx") {
		t.Errorf("its card says %q", card)
	}
}

// Class names are read as the command reads them, belong to the network they came with, and can be taken away.
func TestUploadNames(t *testing.T) {
	b := ready(t, setting{})
	b.click("open-network")
	b.upload("upload-file", colorModel)
	b.inspected()
	for name, want := range map[string]string{
		`{0: 'airplane'}`:                  "names.json cannot be read: begins like JSON",
		"<!doctype html><p>404":            "HTML",
		`["a"]`:                            "There is 1 class name, but the network has 10 classes.",
		"a\nb\nc\nd\ne\nf\ng\nh\ni\nj\xe9": "not UTF-8",
	} {
		b.upload("upload-labels", file(t, "names.json", []byte(name)))
		if w := b.load(); !strings.Contains(w, want) {
			t.Errorf("%q: the dialog says %q, want %q", name, w, want)
		}
	}
	b.upload("upload-labels", file(t, "names.csv", []byte("index,name\n0,n0\n1,n1\n2,n2\n3,n3\n4,n4\n5,n5\n6,n6\n7,n7\n8,n8\n9,n9\n")))
	if w := b.load(); w != "" {
		t.Fatalf("the dialog says %q", w)
	}
	b.wait(`document.getElementById("original-foot").textContent.includes("n0, n1")`)
	b.click("open-network")
	names := func() int { return eval[int](b, `document.getElementById("upload-labels").files.length`) }
	if names() != 1 {
		t.Error("the class names are gone before another network is chosen")
	}
	b.upload("upload-file", grayModel)
	b.inspected()
	if names() != 0 {
		t.Error("the class names stay when another network is chosen")
	}
	b.upload("upload-labels", file(t, "names.txt", []byte("a")))
	b.click("upload-labels-remove")
	if names() != 0 || eval[bool](b, `!document.getElementById("upload-labels-remove").hidden`) {
		t.Error("the class names cannot be taken away")
	}
	if w := b.load(); w != "" {
		t.Fatalf("the dialog says %q", w)
	}
	b.wait(`/ankle boot/i.test(document.getElementById("original-foot").textContent)`)
}

// Pixels can go in by numbers of one's own, which begin as those of the last preset; what is no number is said.
func TestUploadPixels(t *testing.T) {
	b := ready(t, setting{before: `
		const post = Worker.prototype.postMessage;
		Worker.prototype.postMessage = function (ask, ...more) {
			if (ask.op === "network") window.asked = ask.args;
			return post.call(this, ask, ...more);
		};`})
	b.click("open-network")
	b.upload("upload-file", colorModel)
	b.inspected()
	b.set("upload-scale", "cifar100")
	b.set("upload-scale", "other")
	if m := b.value("upload-mean"); m != "0.5071, 0.4865, 0.4409" {
		t.Errorf("the mean begins as %q", m)
	}
	for id, bad := range map[string][2]string{"upload-mean": {"0.5 0.5", "one number, or three"}, "upload-std": {"0", "above 0"}, "upload-factor": {"x", "above 0"}} {
		was := b.value(id)
		b.set(id, bad[0])
		if w := b.load(); !strings.Contains(w, bad[1]) {
			t.Errorf("%s %q: the dialog says %q", id, bad[0], w)
		}
		b.set(id, was)
	}
	b.set("upload-factor", "255")
	b.set("upload-mean", "120")
	b.set("upload-std", "60, 61 62")
	b.set("upload-bgr", "bgr")
	b.screenshot("upload-other", false)
	if w := b.load(); w != "" {
		t.Fatalf("the dialog says %q", w)
	}
	if a := eval[string](b, `window.asked`); !strings.Contains(a, `"preprocessing":{"scale":255,"mean":[120],"std":[60,61,62],"bgr":true}`) {
		t.Errorf("the lab was told %s", a)
	}
	if card := b.text("card-list"); !strings.Contains(card, "times 255, minus 120, divided by 60, 61 62, blue first") {
		t.Errorf("the card says %q", card)
	}
}

// Of several outputs one is chosen.
func TestUploadOutput(t *testing.T) {
	b := ready(t, setting{})
	b.click("open-network")
	b.upload("upload-file", file(t, "two.onnx", withOutput(content(t, grayModel), "full.relu")))
	b.inspected()
	if o := eval[[]string](b, `[...document.getElementById("upload-output").options].map(o => o.value)`); fmt.Sprint(o) != "[ output full.relu]" {
		t.Errorf("the outputs offered are %q", o)
	}
	b.set("upload-output", "full.relu")
	if w := b.load(); !strings.Contains(w, "not a classifier") {
		t.Errorf("with an output that is no list of classes the dialog says %q", w)
	}
	b.set("upload-output", "output")
	if w := b.load(); w != "" {
		t.Errorf("the dialog says %q", w)
	}
	b.click("open-network")
	b.upload("upload-file", grayModel)
	b.inspected()
	if eval[bool](b, `!document.getElementById("upload-output-field").hidden`) {
		t.Error("the outputs of the last file are still offered")
	}
}

// withOutput adds an output to an ONNX file.
func withOutput(model []byte, name string) (changed []byte) {
	const graph, output = 7, 12
	value := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), name)
	for len(model) > 0 {
		number, kind, tag := protowire.ConsumeTag(model)
		size := protowire.ConsumeFieldValue(number, kind, model[tag:])
		field := model[:tag+size]
		if number == graph {
			inner, _ := protowire.ConsumeBytes(field[tag:])
			inner = protowire.AppendBytes(protowire.AppendTag(append([]byte{}, inner...), output, protowire.BytesType), value)
			field = protowire.AppendBytes(protowire.AppendTag(nil, graph, protowire.BytesType), inner)
		}
		changed = append(changed, field...)
		model = model[tag+size:]
	}
	return changed
}

// What a file leaves open is asked: the size of its pictures, and the order of its numbers.
func TestUploadOpenQuestions(t *testing.T) {
	b := ready(t, setting{})
	hidden := func() string {
		return eval[string](b, `["output", "size", "layout"].filter(n => document.getElementById("upload-" + n + "-field").hidden).join()`)
	}
	const inputs = "../../core/onnx/testdata/inputs/"
	b.click("open-network")
	b.upload("upload-file", inputs+"size_free.onnx")
	b.inspected()
	if h, r := hidden(), b.text("upload-report"); h != "output,layout" || !strings.Contains(r, "any size") {
		t.Errorf("of a free size the dialog does not ask for %s, and says %q", h, r)
	}
	if w := b.load(); !strings.Contains(w, "which height and width") {
		t.Errorf("without a size the dialog says %q", w)
	}
	b.set("upload-height", "24")
	for _, wrong := range []string{"-1", "1e300"} {
		b.set("upload-width", wrong)
		if w := b.load(); !strings.Contains(w, "two whole numbers") {
			t.Errorf("with a width of %s the dialog says %q", wrong, w)
		}
	}
	b.set("upload-width", "32")
	b.screenshot("upload-size", false)
	if w := b.load(); w != "" {
		t.Fatalf("the dialog says %q", w)
	}
	b.wait(`document.getElementById("as-network").textContent.includes("32 × 24")`)

	b.click("open-network")
	b.upload("upload-file", inputs+"flat_color.onnx")
	b.inspected()
	if h := hidden(); h != "output,size" || b.value("upload-height") != "" {
		t.Errorf("of an open order the dialog does not ask for %s", h)
	}
	if w := b.load(); !strings.Contains(w, "in which order") {
		t.Errorf("without an order the dialog says %q", w)
	}
	b.set("upload-layout", "hwc")
	if w := b.load(); w != "" {
		t.Fatalf("the dialog says %q", w)
	}
	b.wait(`document.getElementById("as-network").textContent.includes("8 × 8")`)
	if n := b.text("network-note"); !strings.Contains(n, "192 numbers") {
		t.Errorf("of how the file was taken the page says %q", n)
	}
	b.screenshot("network-note", false)
}

// drop drops files on the page.
func (b *tab) drop(files map[string][]byte, order ...string) {
	b.Helper()
	var list strings.Builder
	for _, name := range order {
		fmt.Fprintf(&list, "[%q, %q],", name, base64.StdEncoding.EncodeToString(files[name]))
	}
	eval[bool](b, fmt.Sprintf(`(() => {
		const data = new DataTransfer();
		for (const [name, content] of [%s]) data.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], name));
		document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
		return true;
	})()`, list.String()))
}

// A network is dropped together with its weights and class names, or with one after the other; what is not taken is said.
func TestDropNetwork(t *testing.T) {
	b := ready(t, setting{})
	files := map[string][]byte{"model.onnx": content(t, weightless), "external.onnx.data": content(t, weightless+".data"),
		"names.json": []byte(`["red", "green", "blue"]`), "cat.png": stripes(t)}
	was := b.pixels("original-view")
	b.drop(files, "external.onnx.data", "cat.png", "names.json", "model.onnx")
	b.inspected()
	if n := b.text("upload-taken"); n != "Of 4 files, only model.onnx and external.onnx.data and names.json were taken." {
		t.Errorf("the dialog says %q", n)
	}
	if r := b.text("upload-report"); !strings.Contains(r, "N × 3 × 8 × 8") || b.text("upload-problems") != "" {
		t.Errorf("the dialog says %q, and of problems %q", r, b.text("upload-problems"))
	}
	b.screenshot("upload-dropped", false)
	if w := b.load(); w != "" {
		t.Fatalf("the dialog says %q", w)
	}
	b.wait(`document.getElementById("original-foot").textContent.includes("red, green, blue")`)

	b.drop(files, "model.onnx")
	b.inspected()
	if p := b.text("upload-problems"); !strings.Contains(p, "external.onnx.data") {
		t.Errorf("without its weights the dialog says %q", p)
	}
	if w := b.load(); !strings.Contains(w, "external.onnx.data") {
		t.Errorf("loading it, the dialog says %q", w)
	}
	b.drop(files, "cat.png")
	if n := b.text("upload-taken"); !strings.Contains(n, "cat.png was not taken") || b.pixels("original-view") != was {
		t.Errorf("of a picture dropped on the dialog it says %q", n)
	}
	b.drop(files, "external.onnx.data")
	b.wait(`document.getElementById("upload-problems").textContent === "" && document.getElementById("upload-report").childElementCount > 0`)
	if w := b.load(); w != "" {
		t.Errorf("with its weights the dialog says %q", w)
	}
}

// Of several pictures the first is taken, which is said.
func TestDropPictures(t *testing.T) {
	b := ready(t, setting{})
	b.drop(map[string][]byte{"notes.txt": []byte("notes"), "a.png": stripes(t), "b.png": stripes(t)}, "notes.txt", "a.png", "b.png")
	b.wait(`location.hash.includes("photo=own")`)
	if n := b.text("notice-text"); n != "Of 3 files, only a.png was taken." {
		t.Errorf("the page says %q", n)
	}
}
