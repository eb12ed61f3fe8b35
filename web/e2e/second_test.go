package e2e

import (
	"strings"
	"testing"
)

const compared = `!document.getElementById("original-second").hidden && /%/.test(document.getElementById("attacked-second").hidden ? "" : document.getElementById("original-second-verdict").textContent)`

// Two networks of other sizes and classes answer to the same picture, corruption and attack; each of them can be attacked.
func TestSecondNetwork(t *testing.T) {
	b := ready(t, setting{hash: "#photo=chelsea&network=cifar10-standard&versus=fashion-standard&eps=16&steps=8"})
	b.wait(compared)
	for id, want := range map[string]string{"original-first-name": "CIFAR-10 · standard", "corrupted-second-name": "Fashion-MNIST · standard"} {
		if got := b.text(id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	if said := b.text("classes-differ"); !strings.Contains(said, "different classes (10 and 10)") {
		t.Errorf("of the classes it says %q", said)
	}
	rows := eval[string](b, `document.getElementById("original-second-bars").textContent + document.getElementById("original-bars").textContent`)
	if !strings.Contains(rows, "Ankle boot") || !strings.Contains(rows, "cat") {
		t.Errorf("the bars are of %q, want classes of both", rows)
	}
	corrupted := b.text("corrupted-second-bars")
	b.set("severity", "5")
	b.until("corrupted-second-bars", corrupted)

	b.click("run")
	b.attacked()
	if names := b.text("attacked-first-name") + b.text("attacked-second-name"); names != "CIFAR-10 · standard (attacked)Fashion-MNIST · standard (not attacked)" {
		t.Errorf("the bars after the attack are called %q", names)
	}
	if eval[bool](b, `document.getElementById("legend-other").hidden`) || !strings.HasSuffix(b.text("legend-other"), " by Fashion-MNIST · standard") {
		t.Errorf("the second network's curve is called %q", b.text("legend-other"))
	}
	for _, want := range []string{"AttackedCIFAR-10 · standard.", "TransferFashion-MNIST · standard, which was not attacked: "} {
		if o := b.text("outcome"); !strings.Contains(o, want) {
			t.Errorf("the outcome %q says nothing of %q", o, want)
		}
	}
	b.screenshot("second", true)
	b.loadAxe()
	b.checkAxe("two networks")

	b.set("victim", "each")
	b.click("run")
	b.wait(`!document.getElementById("watch").hidden && document.getElementById("run").textContent === "Attack"`)
	if o := b.text("outcome"); !strings.Contains(o, "AttackedFashion-MNIST · standard.") || !strings.Contains(o, "AttackedCIFAR-10 · standard.") {
		t.Errorf("the outcome of both is %q", o)
	}
	if name := b.text("attacked-second-name"); name != "Fashion-MNIST · standard (attacked)" {
		t.Errorf("of the last attack the second network is called %q", name)
	}
	b.wait(`location.hash.includes("victim=each") && location.hash.includes("run=1")`)
	picture := b.pixels("attacked-net")
	b.click("watch-first")
	b.untilPixels("attacked-net", picture)
	if name := b.text("attacked-second-name"); name != "Fashion-MNIST · standard (not attacked)" {
		t.Errorf("of the first attack the second network is called %q", name)
	}
	b.screenshot("second-each", true)

	b.set("second", "")
	b.wait(`document.getElementById("original-second").hidden && document.getElementById("original-first-name").hidden`)
	b.wait(`!/versus|victim/.test(location.hash)`)
	if o := b.text("outcome"); o != "" {
		t.Errorf("without the second network the outcome is still %q", o)
	}
}

// The visitor's own network can be the second one, on a phone too; a link cannot take it along.
func TestOwnSecondNetwork(t *testing.T) {
	b := ready(t, setting{width: 390, height: 844})
	b.click("open-network")
	b.upload("upload-file", colorModel)
	b.inspected()
	b.set("upload-as", "second")
	if w := b.load(); w != "" {
		t.Fatalf("the dialog says %q", w)
	}
	b.wait(compared)
	if v := b.value("network"); v != "cifar10-standard" {
		t.Errorf("the first network is now %q", v)
	}
	if !eval[bool](b, `document.getElementById("classes-differ").hidden`) {
		t.Errorf("the classes of one network differ from its own: %q", b.text("classes-differ"))
	}
	if one, two := b.text("original-bars"), b.text("original-second-bars"); one != two {
		t.Errorf("the same network answers %q and %q", one, two)
	}
	if w := eval[int64](b, `document.documentElement.scrollWidth`); w > 390 {
		t.Errorf("the page is %d wide on a screen of 390", w)
	}
	b.wait(`location.hash.includes("versus=own")`)
	again := ready(t, setting{hash: eval[string](b, `location.hash`)})
	again.wait(`document.getElementById("notice-text").textContent.includes("second network")`)
}
