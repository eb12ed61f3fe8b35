package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"steady/tools/machine"
)

// siteCopy is a copy of the built page that is served at an address of its own, goes away, and changes.
type siteCopy struct {
	*testing.T
	dir, addr string
	end       func()
}

func newSiteCopy(t *testing.T) *siteCopy {
	t.Helper()
	s := &siteCopy{T: t, dir: t.TempDir()}
	if err := os.CopyFS(s.dir, os.DirFS(filepath.Join("..", "..", "build", "site"))); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	l.Close()
	s.start()
	t.Cleanup(func() { s.end() })
	return s
}

func (s *siteCopy) start() {
	s.Helper()
	_, end, err := serve(filepath.Join("..", "..", "build", "steady"), s.dir, s.addr)
	if err != nil {
		s.Fatal(err)
	}
	s.end = end
}

// change makes another version of the page: index.html is other, and so is the list of the service worker.
func (s *siteCopy) change(from, to string) {
	s.Helper()
	page := s.read("index.html")
	next := bytes.Replace(page, []byte(from), []byte(to), 1)
	worker := bytes.Replace(s.read("service-worker.js"), []byte(hash(page)), []byte(hash(next)), 1)
	for name, content := range map[string][]byte{"index.html": next, "service-worker.js": worker} {
		if bytes.Equal(content, s.read(name)) {
			s.Fatalf("%s would stay as it is", name)
		}
		if err := os.WriteFile(filepath.Join(s.dir, name), content, 0o666); err != nil {
			s.Fatal(err)
		}
	}
}

func (s *siteCopy) read(name string) []byte {
	s.Helper()
	content, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.Fatal(err)
	}
	return content
}

// hash is a file's in the service worker's list.
func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return fmt.Sprintf("%x", sum[:8])
}

const tagline = `document.querySelector(".tagline").textContent`

// reload reloads the page and waits for its first answer.
func (b *tab) reload() {
	b.Helper()
	must(b, chromedp.Do(b.ctx, chromedp.Reload()))
	b.wait(`document.documentElement.dataset.first`)
}

// kept waits until the browser keeps a file.
func (b *tab) kept(path string) {
	b.Helper()
	eval[bool](b, fmt.Sprintf(`(async () => {
		const [name] = await caches.keys();
		const cache = await caches.open(name);
		while (!(await cache.keys()).some(r => r.url.includes(%q))) await new Promise(go => setTimeout(go, 50));
		return true;
	})()`, path))
}

// After one visit the page is there without its server, with the large network, and the stage once it was opened; it says that it is
// alone. On this machine the server's page comes first as soon as there is one.
func TestOffline(t *testing.T) {
	need(t)
	s := newSiteCopy(t)
	b := open(t, setting{origin: "http://" + s.addr, large: true, long: true})
	b.wait(isLarge)
	b.wait(`document.getElementById("offline").textContent.includes("works offline")`)
	b.kept("models/efficientnet-lite0.onnx")
	b.kept("overlap.html")
	if eval[bool](b, `caches.keys().then(async ([name]) => (await (await caches.open(name)).keys()).some(r => r.url.includes("stage.wasm")))`) {
		t.Error("the stage is kept before it is used")
	}
	b.openStage()
	b.kept("stage.wasm")
	b.wait(`/^Original: [a-z ]*cat\./.test(document.querySelector(".stage-over [role=status]").textContent)`) // by the large network
	b.press(kb.Escape)
	b.wait(`!document.querySelector(".stage-over")`)
	s.end()
	b.reload()
	b.wait(isLarge)
	b.wait(`/server does not answer/.test(document.getElementById("offline").textContent) && !!document.querySelector(".chip")`)
	b.screenshot("offline", false)
	b.set("network", "fashion-standard")
	b.wait(`location.hash.includes("network=fashion-standard") && location.hash.includes("photo=boot")`)
	b.set("network", "cifar10-standard")
	b.wait(`location.hash.includes("network=cifar10-standard")`)
	b.click("run")
	b.attacked()
	b.openGallery()

	s.change("How steady is your", "How shaky is your")
	s.start()
	b.reload()
	if got := eval[string](b, tagline); !strings.Contains(got, "shaky") {
		t.Errorf("with a new site on this machine, the page shows %q", got)
	}
	b.wait(`document.getElementById("offline").textContent.includes("works offline")`)
}

// Elsewhere a new version is offered, and comes when it is asked for.
func TestUpdateOffered(t *testing.T) {
	need(t)
	s := newSiteCopy(t)
	_, port, _ := net.SplitHostPort(s.addr)
	origin := "http://steady.test:" + port
	binary, err := machine.Chromium()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(binary), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("host-resolver-rules", "MAP steady.test 127.0.0.1"),
		chromedp.Flag("unsafely-treat-insecure-origin-as-secure", origin))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	b := open(t, setting{browser: ctx, origin: origin, large: true, hash: "#network=cifar10-standard", before: `sessionStorage.loads = 1 + Number(sessionStorage.loads ?? 0)`})
	b.wait(`document.getElementById("offline").textContent.includes("works offline")`)
	s.change("How steady is your", "How shaky is your")
	b.reload()
	b.wait(`document.querySelector(".chip")`)
	if got := eval[string](b, tagline); !strings.Contains(got, "steady") || eval[string](b, `sessionStorage.loads`) != "2" {
		t.Errorf("before the new version was asked for, the page shows %q", got)
	}
	b.screenshot("update", false)
	eval[bool](b, `(document.getElementById("chip-act").click(), true)`)
	b.wait(`document.querySelector(".tagline")?.textContent.includes("shaky") && document.documentElement.dataset.first`)
}

// The manifest is right, and with it the page can be installed.
func TestManifest(t *testing.T) {
	b := ready(t, setting{})
	icons := eval[[]string](b, `(async () => {
		const manifest = await (await fetch("manifest.webmanifest")).json();
		return Promise.all(manifest.icons.filter(i => i.type === "image/png").map(async i => {
			const { width, height } = await createImageBitmap(await (await fetch(i.src)).blob());
			return i.sizes === width + "x" + height ? "" : i.src;
		}));
	})()`)
	if len(icons) != 3 || strings.Join(icons, "") != "" {
		t.Errorf("icons of other sizes than the manifest says: %q", icons)
	}
}

// A part of the page that could not be loaded is loaded when it is wanted again.
func TestPartLoadsLater(t *testing.T) {
	need(t)
	s := newSiteCopy(t)
	part := filepath.Join(s.dir, "scenes.js")
	content := s.read("scenes.js")
	if err := os.Remove(part); err != nil {
		t.Fatal(err)
	}
	b := open(t, setting{origin: "http://" + s.addr, long: true})
	b.wait(`document.documentElement.dataset.first`)
	b.click("scenes")
	b.wait(`document.getElementById("notice-text").textContent.includes("could not be loaded")`)
	if err := os.WriteFile(part, content, 0o666); err != nil {
		t.Fatal(err)
	}
	b.click("scenes")
	b.wait(`document.querySelector("dialog[open]")`)
}
