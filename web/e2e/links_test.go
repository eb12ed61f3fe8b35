package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"steady/core/corrupt"
)

func TestLinks(t *testing.T) {
	b := ready(t, setting{hash: "#photo=coffee&corruption=gaussian_blur&severity=5&seed=77&where=view" +
		"&attack=mi-fgsm&norm=l2&eps=1.25&steps=7&momentum=0.5&confidence=1.5&queries=300&from=corrupted&target=dog"})
	for id, want := range map[string]string{
		"corruption": "gaussian_blur", "severity": "5", "seed": "77", "where": "view",
		"attack": "mi-fgsm", "norm": "l2", "eps": "1.25", "steps": "7", "momentum": "0.5",
		"confidence": "1.5", "queries": "300", "from": "corrupted", "target": "dog",
	} {
		if v := b.value(id); v != want {
			t.Errorf("%s is %q, want %q", id, v, want)
		}
	}
	if p := eval[string](b, `document.querySelector("#photos [aria-pressed=true]").title`); p != "A cup of coffee" {
		t.Errorf("the photograph is %q", p)
	}
	b.wait(`location.hash.includes("network=")`)
	// All of the state survives, the name of a corruption with that of its suite before it too.
	name := corrupt.In(corrupt.Laugros)[0].Name
	b.set("corruption", name)
	b.wait(fmt.Sprintf("location.hash.includes(encodeURIComponent(%q))", name))
	hash := eval[string](b, `location.hash`)
	again := ready(t, setting{hash: hash})
	if h := eval[string](again, `location.hash`); h != hash {
		t.Errorf("the link %s becomes %s", hash, h)
	}
}

// A name that is not here is said, and what is shown instead.
func TestUnknownNames(t *testing.T) {
	b := ready(t, setting{hash: "#photo=dog&corruption=laugros/frosty&attack=hug&network=gone"})
	b.wait(`!document.getElementById("notice").hidden && document.getElementById("notice-text").textContent.includes("gone")`)
	n := b.text("notice-text")
	for _, want := range []string{"photograph", "“dog”", "corruption", "“laugros/frosty”", "Gaussian noise", "“hug”", "PGD"} {
		if !strings.Contains(n, want) {
			t.Errorf("the notice %q says nothing of %s", n, want)
		}
	}
	b.screenshot("unknown", false)
}

func TestHostileLinks(t *testing.T) {
	want := ""
	for i, hash := range []string{
		"",
		"#photo=../../etc/passwd&network=//evil.test/x&corruption=%3Cimg%20src%3Dx%3E&severity=99&seed=-1",
		"#attack=__proto__&norm=constructor&eps=NaN&steps=1e9&target=%3Cscript%3E&from=x&where=%00",
		"#severity=3.5&seed=4294967296&eps=0&steps=0&photo=" + strings.Repeat("a", 100),
		"#" + strings.Repeat("%F0%9F", 1500),
	} {
		b := ready(t, setting{hash: hash})
		b.wait(`location.hash.startsWith("#photo=chelsea&network=")`)
		h := eval[string](b, `location.hash`)
		if i == 0 {
			want = h
		} else if h != want {
			t.Errorf("%.80s: leads to %s, want the defaults %s", hash, h, want)
		}
	}
}

// What a link asked for at first is not asked for again.
func TestLinkTargetOnce(t *testing.T) {
	b := ready(t, setting{hash: "#target=dog"})
	if v := b.value("target"); v != "dog" {
		t.Fatalf("the target is %q, want that of the link", v)
	}
	b.set("target", "")
	was := b.text("original-verdict")
	b.set("network", "fashion-standard")
	was = b.until("original-verdict", was)
	b.set("network", "cifar10-standard")
	b.until("original-verdict", was)
	b.wait(`document.getElementById("target").options.length > 5 && /dog/.test(document.getElementById("target").textContent)`)
	if v := b.value("target"); v != "" {
		t.Errorf("with another network the target is %q again", v)
	}
}

// The skip link leads to the pictures and changes nothing, and so does a link to what is there; another one is followed.
func TestLinksInPlace(t *testing.T) {
	b := ready(t, setting{})
	b.set("network", "fashion-standard")
	b.wait(`location.hash.includes("photo=boot") && location.hash.includes("network=fashion-standard")`)
	eval[bool](b, `(window.kept = true, document.getElementById("skip").focus(), true)`)
	b.press(kb.Enter)
	b.wait(`document.activeElement.id === "stage"`)
	eval[bool](b, `(location.hash = "#stage", true)`)
	b.wait(`location.hash.includes("photo=boot")`)
	eval[bool](b, `(location.hash = "#severity=3&attack=pgd", true)`)
	b.wait(`location.hash.includes("photo=boot")`)
	if !eval[bool](b, `!!window.kept`) || b.value("network") != "fashion-standard" {
		t.Fatalf("the page began anew, with %s", b.value("network"))
	}
	eval[bool](b, `(location.hash = "#severity=4", true)`)
	b.wait(`!window.kept && location.hash.includes("severity=4") && location.hash.includes("photo=chelsea")`)
	eval[bool](b, `(location.hash = "#photo=chelsea", true)`) // with the usual severity
	b.wait(`location.hash.startsWith("#photo=chelsea&network=") && document.getElementById("severity").value === "3"`)
}

// A picture of one's own, and a network, stay with who sends a link: it says so to both.
func TestLinkOfOwn(t *testing.T) {
	b := ready(t, setting{before: `navigator.clipboard.writeText = async text => void (window.copied = text);`})
	share := func() string {
		t.Helper()
		b.click("share")
		b.wait(`document.getElementById("share").textContent === "Copied"`)
		return b.text("share-note")
	}
	if note := share(); note != "" {
		t.Errorf("of what comes with the page it says %q", note)
	}
	b.upload("picture-file", file(t, "mine.png", stripes(t)))
	b.wait(`location.hash.includes("photo=own")`)
	if note := share(); !strings.Contains(note, "your picture stays here") {
		t.Errorf("the page says %q", note)
	}
	hash := eval[string](b, `new URL(window.copied).hash`)
	receiver := ready(t, setting{hash: strings.Replace(hash, "network=cifar10-standard", "network=own", 1)})
	receiver.wait(`!document.getElementById("notice").hidden && document.getElementById("notice-text").textContent.includes("network")`)
	for _, want := range []string{"sender's own photograph", "sender's own network", "Chelsea", "CIFAR-10"} {
		if n := receiver.text("notice-text"); !strings.Contains(n, want) {
			t.Errorf("the notice %q says nothing of %s", n, want)
		}
	}
	receiver.choosePhoto("coffee")
	receiver.wait(`document.getElementById("notice").hidden`)
}

// What a link cannot show is said until the visitor chooses something, however early, and not only until the page does.
func TestNoticeStays(t *testing.T) {
	const shown = `!document.getElementById("notice").hidden`
	large := ready(t, setting{large: true, hash: "#photo=own&versus=cifar10-mtlat"})
	large.wait(isLarge + ` && location.hash.includes("versus=cifar10-mtlat")`)
	if !eval[bool](large, shown) {
		t.Error("the notice has gone though nobody chose anything")
	}
	large.set("severity", "5")
	large.wait(`document.getElementById("notice").hidden`)

	early := open(t, setting{hash: "#photo=own", before: held + `window.slow = "models/cifar10-standard.onnx"`})
	early.wait(`window.release && document.getElementById("corruption").options.length > 0 && ` + shown)
	early.choosePhoto("coffee")
	if eval[bool](early, shown) {
		t.Error("the notice is there still after another photograph was chosen")
	}
	eval[bool](early, `(window.release(), true)`)
	early.wait(`document.documentElement.dataset.first && location.hash.includes("photo=coffee")`)
	if early.photo() != "coffee" || eval[bool](early, shown) {
		t.Errorf("the photograph is %q, and a notice says %q", early.photo(), early.text("notice-text"))
	}
}

// A link to a picture without a network chooses one that knows it; with another network, the picture can be seen to be chosen.
func TestLinkToGarment(t *testing.T) {
	b := ready(t, setting{hash: "#photo=boot"})
	b.wait(`location.hash.includes("network=fashion-standard")`)
	if b.photo() != "boot" || b.value("network") != "fashion-standard" {
		t.Errorf("the photograph is %q, the network %s", b.photo(), b.value("network"))
	}
	b = ready(t, setting{hash: "#photo=boot&network=cifar10-standard"})
	b.wait(`location.hash.includes("network=cifar10-standard")`)
	if b.photo() != "boot" {
		t.Errorf("the photograph is %q", b.photo())
	}
}

// A link says only what is not as usual. Made beside a result, it shows that again wherever it is opened.
func TestLinkRunsAttack(t *testing.T) {
	b := ready(t, setting{})
	b.wait(`location.hash === "#photo=chelsea&network=cifar10-standard"`)
	b.set("eps", "4")
	b.wait(`location.hash === "#photo=chelsea&network=cifar10-standard&eps=4"`)
	b.click("run")
	b.attacked()
	b.wait(`location.hash.endsWith("&eps=4&run=1")`)
	verdict, hash := b.text("attacked-verdict"), eval[string](b, `location.hash`)
	b.set("eps", "2") // no result of this
	b.wait(`location.hash.endsWith("&eps=2")`)
	again := ready(t, setting{hash: hash})
	again.attacked()
	if v := again.text("attacked-verdict"); v != verdict {
		t.Errorf("the link shows %q, its sender saw %q", v, verdict)
	}
}
