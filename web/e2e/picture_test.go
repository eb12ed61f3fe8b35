package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// file writes a file to open in the page.
func file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func stripes(t *testing.T) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 120, 90))
	for y := range 90 {
		for x := range 120 {
			m.Set(x, y, color.NRGBA{uint8(x * 2), uint8(y / 8 % 2 * 255), 90, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOwnPicture(t *testing.T) {
	b := ready(t, setting{})
	upload := func(path string) {
		t.Helper()
		must(b, chromedp.Do(b.ctx, chromedp.SetUploadFiles("#picture-file", []string{path}, chromedp.NodeReady)))
	}
	was := b.pixels("original-view")
	upload(file(t, "mine.png", stripes(t)))
	mine := b.untilPixels("original-view", was)
	b.wait(`document.querySelectorAll("#photos [aria-pressed=true]").length === 0`)

	whole := stripes(t)
	bomb := bytes.Clone(whole)
	copy(bomb[16:], []byte{0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60}) // the header promises 60000 × 60000 pixels
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	for _, c := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"notes.png", []byte("these are notes"), "not a picture that Steady can read"},
		{"half.png", whole[:len(whole)/2], "broken or cut short"},
		{"bomb.png", bomb, "This picture is too large"},
		{"empty.jpg", nil, "not a picture"},
	} {
		eval[bool](b, `(document.getElementById("picture-wrong").textContent = "", true)`)
		upload(file(t, c.name, c.content))
		if n := b.until("picture-wrong", ""); !strings.Contains(n, c.want) {
			t.Errorf("%s: the page says %q, want %q", c.name, n, c.want)
		}
		if b.pixels("original-view") != mine {
			t.Errorf("%s: the picture before is gone", c.name)
		}
	}
	b.screenshot("broken-picture", false)

	for _, kind := range []string{"drop", "paste"} {
		was := b.pixels("original-view")
		photo := map[string]string{"drop": "rocket", "paste": "coffee"}[kind]
		eval[bool](b, fmt.Sprintf(`(async () => {
			const data = new DataTransfer();
			data.items.add(new File([await (await fetch("photos/%s.jpg")).blob()], "%[1]s.jpg", { type: "image/jpeg" }));
			const made = %q === "drop" ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
				: new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
			document.body.dispatchEvent(made);
			return true;
		})()`, photo, kind))
		b.untilPixels("original-view", was)
	}
}

func TestWebcam(t *testing.T) {
	b := ready(t, setting{})
	was := b.pixels("corrupted-view")
	b.click("webcam")
	b.wait(`/\d frames/.test(document.getElementById("fps").textContent)`)
	for range 3 { // the fake camera's picture moves, and so does the noise
		was = b.untilPixels("corrupted-view", was)
	}
	// While a corruption is chosen the picture stands still, and goes on afterwards.
	b.openGallery()
	still := b.pixels("original-view")
	time.Sleep(300 * time.Millisecond)
	if b.pixels("original-view") != still {
		t.Error("the picture moves under the gallery")
	}
	b.click("gallery-close")
	b.untilPixels("original-view", still)
	for _, corruption := range []string{"gaussian_noise", "gaussian_blur"} {
		b.set("corruption", corruption)
		time.Sleep(2500 * time.Millisecond) // the rate is that of the last two seconds
		fps, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(b.text("fps"), "Live, "), " frames per second"))
		if err != nil || fps < 1 {
			t.Errorf("%s: the rate is %q, want a number above 0", corruption, b.text("fps"))
		}
		t.Logf("%s: %d frames a second", corruption, fps)
	}
	b.screenshot("webcam", false)
	b.click("freeze")
	b.wait(`document.getElementById("fps").hidden`)
	b.set("severity", "5")
	b.wait(`location.hash.includes("severity=5")`) // after the last frame
	frozen := b.pixels("original-view")
	time.Sleep(300 * time.Millisecond)
	if b.pixels("original-view") != frozen {
		t.Error("the frozen picture moves")
	}
	if !eval[bool](b, `document.getElementById("video").srcObject === null`) {
		t.Error("the camera is still on")
	}
	b.click("run")
	b.wait(`document.getElementById("attacked-foot").textContent.includes("no pixel has changed")`)
}

func TestNoCamera(t *testing.T) {
	for name, want := range map[string]string{
		"NotFoundError":    "No camera was found",
		"NotAllowedError":  "did not allow the camera",
		"NotReadableError": "another program",
	} {
		b := ready(t, setting{before: fmt.Sprintf(
			`navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", %q))`, name)})
		b.click("webcam")
		if n := b.until("picture-wrong", ""); !strings.Contains(n, want) {
			t.Errorf("%s: the page says %q", name, n)
		}
	}
}

// A camera that cannot be played, or sends no first picture, is switched off again.
func TestCameraFails(t *testing.T) {
	for play, want := range map[string]string{`Promise.reject(new DOMException("", "AbortError"))`: "sends no picture", `new Promise(() => {})`: "no pictures come"} {
		b := ready(t, setting{before: `
			const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
			navigator.mediaDevices.getUserMedia = async wanted => (window.stream = await ask(wanted));
			HTMLMediaElement.prototype.play = () => ` + play})
		b.click("webcam")
		if n := b.until("picture-wrong", ""); !strings.Contains(n, want) {
			t.Errorf("the page says %q, want %q", n, want)
		}
		if !eval[bool](b, `window.stream.getTracks().every(t => t.readyState === "ended")`) {
			t.Error("the camera is still on")
		}
	}
}

// A camera that is muted while it runs is said to be until it goes on.
func TestCameraMuted(t *testing.T) {
	b := ready(t, setting{before: `
		const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		navigator.mediaDevices.getUserMedia = async wanted => (window.stream = await ask(wanted));`})
	b.click("webcam")
	b.wait(`/\d frames/.test(document.getElementById("fps").textContent)`)
	eval[bool](b, `window.stream.getVideoTracks()[0].dispatchEvent(new Event("mute"))`)
	if n := b.until("picture-wrong", ""); !strings.Contains(n, "sends no pictures for now") {
		t.Errorf("the page says %q", n)
	}
	eval[bool](b, `window.stream.getVideoTracks()[0].dispatchEvent(new Event("unmute"))`)
	b.wait(`document.getElementById("picture-wrong").textContent === ""`)
	b.click("freeze")
}

// An attack on the webcam begins once, however often the button is pressed while the last frame is kept.
func TestAttackWebcam(t *testing.T) {
	b := ready(t, setting{before: `
		window.attacks = 0;
		const post = Worker.prototype.postMessage;
		Worker.prototype.postMessage = function (ask, ...more) {
			if (ask.op === "attack") window.attacks++;
			return post.call(this, ask, ...more);
		};`})
	b.click("webcam")
	b.wait(`/\d frames/.test(document.getElementById("fps").textContent)`)
	eval[bool](b, `(document.getElementById("run").click(), document.getElementById("run").click(), true)`)
	b.attacked()
	if n := eval[int](b, `window.attacks`); n != 1 {
		t.Errorf("the lab was asked for %d attacks, want 1", n)
	}
}

// A photograph that comes after the next was chosen is dropped.
func TestLatePhoto(t *testing.T) {
	b := ready(t, setting{before: held})
	was := b.pixels("original-view")
	eval[bool](b, `(window.slow = "photos/rocket.jpg", true)`)
	b.choosePhoto("rocket")
	b.wait(`window.release`)
	if b.photo() != "chelsea" {
		t.Errorf("while it loads, the button pressed is that of %s", b.photo())
	}
	if busy := b.until("picture-busy", ""); !strings.Contains(busy, "rocket") {
		t.Errorf("while it loads, the page says %q", busy)
	}
	b.choosePhoto("coffee")
	coffee := b.untilPixels("original-view", was)
	b.wait(`document.getElementById("picture-busy").hidden`)
	b.release()
	if b.pixels("original-view") != coffee || b.photo() != "coffee" {
		t.Errorf("the picture is the one that came last, not the one that was chosen last; the button pressed is that of %s", b.photo())
	}
	b.wait(`location.hash.includes("photo=coffee")`)
}

// A photograph that cannot be loaded is not named in the link to what is shown.
func TestMissingPhoto(t *testing.T) {
	b := ready(t, setting{before: `
		const real = window.fetch;
		window.fetch = (url, ...more) => url === "photos/rocket.jpg" ? Promise.reject(new Error("gone")) : real(url, ...more);`})
	b.wait(`location.hash.includes("photo=chelsea")`)
	b.choosePhoto("rocket")
	if said := b.until("picture-wrong", ""); !strings.Contains(said, "does not answer") {
		t.Errorf("the page says %q", said)
	}
	b.set("severity", "5")
	b.wait(`location.hash.includes("severity=5")`)
	if link := eval[string](b, `location.hash`); !strings.Contains(link, "photo=chelsea") || b.photo() != "chelsea" {
		t.Errorf("chelsea is shown, the button pressed is that of %s, and the link is %s", b.photo(), link)
	}
	if said := b.text("picture-wrong"); said != "" {
		t.Errorf("the error stays: %q", said)
	}
}

// A photograph that comes after the webcam was started does not stop it, and a webcam that comes late does not start.
func TestLateWebcam(t *testing.T) {
	b := ready(t, setting{before: held + `
		const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		navigator.mediaDevices.getUserMedia = async wanted => {
			const stream = window.stream = await ask(wanted);
			if (window.slowCamera) await new Promise(go => (window.releaseCamera = go));
			return stream;
		};`})
	eval[bool](b, `(window.slow = "photos/rocket.jpg", true)`)
	b.choosePhoto("rocket")
	b.wait(`window.release`)
	b.click("webcam")
	b.wait(`/\d frames/.test(document.getElementById("fps").textContent)`)
	b.release()
	if eval[string](b, `document.getElementById("webcam").getAttribute("aria-pressed")`) != "true" {
		t.Error("a photograph chosen before has stopped the webcam")
	}
	b.click("freeze")

	eval[bool](b, `(window.slow = "", window.slowCamera = true)`)
	b.click("webcam")
	b.wait(`window.releaseCamera`)
	b.choosePhoto("coffee")
	b.wait(`location.hash.includes("photo=coffee")`)
	eval[bool](b, `(window.releaseCamera(), true)`)
	b.wait(`window.stream.getTracks().every(t => t.readyState === "ended")`)
	if b.photo() != "coffee" || eval[string](b, `document.getElementById("webcam").getAttribute("aria-pressed")`) != "false" {
		t.Errorf("the webcam is on, though %s was chosen after it", b.photo())
	}
	if said := b.text("picture-wrong"); said != "" {
		t.Errorf("the page says %q", said)
	}
}

// What is shown of the webcam is one frame, as in a mirror, and the link names neither it nor a photograph.
func TestWebcamIsWhatItShows(t *testing.T) {
	b := ready(t, setting{before: `
		const post = Worker.prototype.postMessage;
		Worker.prototype.postMessage = function (ask, ...more) {
			if (ask.op === "frame") (window.frames_ ??= []).push(new Uint8Array(ask.data).slice());
			return post.call(this, ask, ...more);
		};`})
	b.click("webcam")
	b.wait(`/\d frames/.test(document.getElementById("fps").textContent)`)
	b.wait(`location.hash.includes("photo=webcam")`)
	if m := eval[string](b, `getComputedStyle(document.getElementById("original-view")).transform`); !strings.HasPrefix(m, "matrix(-1,") {
		t.Errorf("the picture is not mirrored: %s", m)
	}
	b.click("freeze")
	b.wait(`document.getElementById("fps").hidden`)
	b.set("severity", "5")
	b.wait(`location.hash.includes("severity=5")`)
	if !eval[bool](b, `(() => {
		const c = document.getElementById("original-view");
		const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data, last = window.frames_.at(-1);
		return d.every((v, i) => v === last[i]);
	})()`) {
		t.Error("the picture is not the frame that the network was shown, as it was sent")
	}
	b.choosePhoto("rocket")
	b.wait(`location.hash.includes("photo=rocket")`)
	if m := eval[string](b, `getComputedStyle(document.getElementById("original-view")).transform`); m != "none" {
		t.Errorf("the photograph is mirrored: %s", m)
	}
}

// A photograph as large as a camera's is decoded by the browser, upright, and the page says that it is at work.
func TestLargePhotograph(t *testing.T) {
	b := ready(t, setting{before: `
		const decode = window.createImageBitmap;
		window.createImageBitmap = async (...args) => {
			if (args[0] instanceof File) await new Promise(go => (window.release = go)); // not the page's own photograph
			return decode(...args);
		};
		const post = Worker.prototype.postMessage;
		Worker.prototype.postMessage = function (ask, ...more) {
			if (ask.op === "image") window.given = ask.args;
			return post.call(this, ask, ...more);
		};`})
	was := b.pixels("original-view")
	b.upload("picture-file", file(t, "IMG_1234.jpg", turned(t, 3000, 2000)))
	b.wait(`window.release`)
	if busy := b.until("picture-busy", ""); !strings.Contains(busy, "Opening IMG_1234.jpg") {
		t.Errorf("the page says %q", busy)
	}
	b.screenshot("busy", false)
	eval[bool](b, `(window.release(), true)`)
	b.untilPixels("original-view", was)
	if given := eval[string](b, `window.given`); given != `{"width":1024,"height":1536}` {
		t.Errorf("the lab was given %s, want a picture upright and no larger than it needs to be", given)
	}
	if !eval[bool](b, `document.getElementById("picture-busy").hidden`) {
		t.Error("the page still says that it opens it")
	}
}

// turned returns a JPEG whose EXIF data says that it is to be turned by 90°.
func turned(t *testing.T, w, h int) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * i >> 7)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
	head := append([]byte("\xff\xd8\xff\xe1\x00"), byte(len(exif)+2))
	return append(append(head, exif...), b.Bytes()[2:]...)
}
