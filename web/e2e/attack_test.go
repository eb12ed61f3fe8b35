package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"steady/core/attack"
)

func TestAttack(t *testing.T) {
	b := ready(t, setting{hash: "#eps=16&steps=8"})
	before := eval[string](b, `document.querySelector("#original-verdict .name").textContent`)
	eval[bool](b, `(() => {
		window.seen = new Set();
		new MutationObserver(() => window.seen.add(document.getElementById("attacked-bars").textContent))
			.observe(document.getElementById("attacked-bars"), { subtree: true, childList: true, characterData: true });
		return true;
	})()`)
	b.click("run")
	b.attacked()
	after := eval[string](b, `document.querySelector("#attacked-verdict .name").textContent`)
	sentence := b.text("attacked-foot")
	if after == before || !strings.Contains(sentence, before) || !strings.Contains(sentence, "→ "+after) {
		t.Errorf("%s became %s: %s", before, after, sentence)
	}
	if !regexp.MustCompile(`at most 1[0-6]\.\d/255.*L2\) \d`).MatchString(sentence) {
		t.Errorf("the norms are not in %q", sentence)
	}
	if n := eval[int](b, `window.seen.size`); n < 3 {
		t.Errorf("the probabilities moved %d times, want step by step", n)
	}
	if c := b.text("change-caption"); !regexp.MustCompile(`magnified ×\x{a0}\d+`).MatchString(c) {
		t.Errorf("the change is called %q", c)
	}
	for _, want := range []string{before + " → ", "L∞ 1", ", L2 ", ", L1 ", "L0 ", " of 3,072 numbers", "8 gradients and ", "Madry"} {
		if o := b.text("outcome"); !strings.Contains(o, want) {
			t.Errorf("the outcome %q says nothing of %q", o, want)
		}
	}
	b.screenshot("attack-light", false)
	b.screenshot("attack-whole", true)

	target := "ship"
	if before == target {
		target = "frog"
	}
	b.set("target", target)
	b.click("run")
	b.attacked()
	if name := eval[string](b, `document.querySelector("#attacked-verdict .name").textContent`); name != target {
		t.Errorf("aimed at %s the attack ends at %s", target, name)
	}
}

// An attack can be held to a number of queries, and asked for a lead; what it fails of is said.
func TestBudgets(t *testing.T) {
	for hash, want := range map[string][]string{
		"#eps=0.05&steps=50&queries=5": {"used up its queries", "5 gradients and 1 query"},
		"#eps=8&confidence=100":        {"less sure than the confidence"},
	} {
		b := ready(t, setting{hash: hash})
		b.click("run")
		b.attacked()
		said := b.text("attacked-foot") + b.text("outcome")
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("%s: %q says nothing of %q", hash, said, w)
			}
		}
	}
}

// attacked waits until an attack is over and its film has come to the end.
func (b *tab) attacked() {
	b.Helper()
	b.wait(`document.getElementById("run").textContent === "Attack" && !document.getElementById("film").hidden
		&& document.getElementById("scrub-value").textContent === "result"`)
}

// Every attack of the registry can be chosen, and runs to an end or to the moment that it is stopped.
func TestEveryAttack(t *testing.T) {
	b := ready(t, setting{})
	if n := eval[int](b, `document.querySelectorAll("#attack optgroup[label] > option").length`); n != len(attack.All()) {
		t.Errorf("the list has %d attacks, want %d", n, len(attack.All()))
	}
	for _, a := range attack.All() {
		b.set("attack", a.Name)
		if about := b.text("about-attack"); !strings.Contains(about, strings.TrimSuffix(a.Summary, ".")) {
			t.Errorf("%s: %q is said of it", a.Name, about)
		}
		for _, p := range append([]string{"confidence", "queries"}, a.Parameters...) {
			if shown := eval[bool](b, fmt.Sprintf(`!!document.querySelector(".setting #%s")`, p)); !shown && (p != "continue" || !a.SingleStep()) {
				t.Errorf("%s: there is no control of its %s", a.Name, p)
			}
		}
		norms := eval[[]string](b, `[...document.getElementById("norm").options].map(o => o.value)`)
		if len(norms) != max(1, len(a.Norms)) || eval[bool](b, `document.getElementById("target").disabled`) == a.Targetable() {
			t.Errorf("%s: it offers the norms %q", a.Name, norms)
		}
		for _, n := range norms {
			b.set("norm", n)
			b.click("run")
			end := time.Now().Add(2 * time.Second)
			for time.Now().Before(end) && b.text("run") == "Stop" {
				time.Sleep(50 * time.Millisecond)
			}
			if b.text("run") == "Stop" { // it shows how far it is, unless it ends now
				b.wait(`document.getElementById("run").textContent === "Attack" || !document.getElementById("under-way").hidden &&
					document.getElementById("under-way-text").textContent.includes("left")`)
				b.screenshot("under-way-"+a.Name, false)
				eval[bool](b, `(() => {
					const run = document.getElementById("run");
					if (run.textContent === "Stop") run.click();
					return true;
				})()`)
			}
			b.wait(`document.getElementById("run").textContent === "Attack"`)
			if eval[bool](b, `!document.getElementById("notice").hidden`) {
				t.Errorf("%s %s: the page says %s", a.Name, n, b.text("notice-text"))
				b.click("notice-close")
			}
			if o := b.text("outcome"); !strings.Contains(o, "L∞") || !strings.Contains(o, "quer") {
				t.Errorf("%s %s: the outcome is %q", a.Name, n, o)
			}
			t.Logf("%s %s: %s", a.Name, n, b.text("outcome"))
		}
	}
}

// Another network of the same pictures and classes is asked about the attacked picture, where there is one.
func TestTransfer(t *testing.T) {
	b := ready(t, setting{hash: "#eps=16", before: `
		const real = window.fetch;
		window.fetch = async (url, ...more) => {
			if (url === "models/models.json") {
				const list = await (await real(url, ...more)).json();
				return new Response(JSON.stringify([...list, { ...list[0], file: "cifar10-twin.onnx" }]));
			}
			return real(url === "models/cifar10-twin.onnx" ? "models/cifar10-standard.onnx" : url, ...more);
		};`})
	b.click("run")
	b.attacked()
	b.wait(`/twin: \w+ .* → \w+ /.test(document.getElementById("outcome").textContent)`)
	after := eval[string](b, `document.querySelector("#attacked-verdict .name").textContent`)
	if o := b.text("outcome"); !strings.Contains(o, "twin: "+eval[string](b, `document.querySelector("#original-verdict .name").textContent`)) ||
		!strings.Contains(o, "→ "+after+" ") {
		t.Errorf("its twin says otherwise than the network itself, %s: %s", after, o)
	}
}

func TestDiagnosis(t *testing.T) {
	b := ready(t, setting{})
	const there = `document.querySelectorAll("#diagnosis li").length >= 8 && !document.getElementById("diagnosis").hidden &&
		document.getElementById("diagnose").textContent === "Can this be trusted?"`
	b.click("diagnose")
	b.wait(there)
	if d := b.text("diagnosis"); !strings.Contains(d, "arning sign") || !strings.Contains(d, "Many steps beat one") {
		t.Errorf("the diagnosis is %q", d)
	}
	b.screenshot("diagnosis", true)
	b.set("severity", "4")
	if !eval[bool](b, there) {
		t.Error("another corruption hides what was found of the original")
	}
	b.set("from", "shaken")
	b.click("diagnose")
	b.wait(there)
	b.set("severity", "5")
	if !eval[bool](b, `document.getElementById("diagnosis").hidden`) {
		t.Error("what was found of a corrupted picture is shown beside another")
	}
	b.click("run") // it is of the network and the picture, but an attack begins anew
	b.attacked()
}

func TestAttackStops(t *testing.T) {
	b := ready(t, setting{hash: "#steps=1000"})
	b.click("run")
	b.wait(`!document.getElementById("film").hidden`)
	b.click("run")
	b.attacked()
	if s := b.text("attacked-foot"); !strings.Contains(s, "Stopped by you") {
		t.Errorf("after Stop the page says %q", s)
	}
	// Another picture ends a running attack by itself, and its answer is the new picture's.
	b.click("run")
	b.wait(`!document.getElementById("film").hidden`)
	was := b.pixels("original-view")
	eval[bool](b, `(document.querySelectorAll("#photos button")[1].click(), true)`)
	b.untilPixels("original-view", was)
	b.wait(`document.getElementById("run").textContent === "Attack" && document.getElementById("film").hidden`)
}
