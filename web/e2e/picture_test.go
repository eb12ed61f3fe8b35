package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
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
		{"notes.png", []byte("these are notes"), "not a picture that the lab can read"},
		{"half.png", whole[:len(whole)/2], "broken or cut short"},
		{"bomb.png", bomb, "This picture is too large"},
		{"empty.jpg", nil, "not a picture"},
	} {
		eval[bool](b, `(document.getElementById("notice").hidden = true)`)
		upload(file(t, c.name, c.content))
		b.wait(`!document.getElementById("notice").hidden`)
		if n := b.text("notice-text"); !strings.Contains(n, c.want) {
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
	was := b.pixels("shaken-view")
	b.click("webcam")
	b.wait(`/\d frames/.test(document.getElementById("fps").textContent)`)
	for range 3 { // the fake camera's picture moves, and so does the noise
		was = b.untilPixels("shaken-view", was)
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
		fps, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(b.text("fps"), "Live, "), " frames a second"))
		if err != nil || fps < 1 {
			t.Errorf("%s: the rate is %q, want a number above 0", corruption, b.text("fps"))
		}
		t.Logf("%s: %d frames a second", corruption, fps)
	}
	b.screenshot("webcam", false)
	b.click("freeze")
	b.wait(`document.getElementById("fps").hidden`)
	frozen := b.pixels("original-view")
	time.Sleep(300 * time.Millisecond)
	if b.pixels("original-view") != frozen {
		t.Error("the frozen picture moves")
	}
	if !eval[bool](b, `document.getElementById("video").srcObject === null`) {
		t.Error("the camera is still on")
	}
	b.click("run")
	b.wait(`document.getElementById("attacked-foot").textContent.includes("after")`)
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
		b.wait(`!document.getElementById("notice").hidden`)
		if n := b.text("notice-text"); !strings.Contains(n, want) {
			t.Errorf("%s: the page says %q", name, n)
		}
	}
}

// A camera that cannot be played is switched off again.
func TestCameraFails(t *testing.T) {
	b := ready(t, setting{before: `
		const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		navigator.mediaDevices.getUserMedia = async wanted => (window.stream = await ask(wanted));
		HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException("", "AbortError"));`})
	b.click("webcam")
	b.wait(`!document.getElementById("notice").hidden`)
	if n := b.text("notice-text"); !strings.Contains(n, "sends no picture") {
		t.Errorf("the page says %q", n)
	}
	if !eval[bool](b, `window.stream.getTracks().every(t => t.readyState === "ended")`) {
		t.Error("the camera is still on")
	}
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
