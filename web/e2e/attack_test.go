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
	if held := eval[string](b, `document.getElementById("attacked-verdict").dataset.held`); after == before || held != "no" {
		t.Errorf("%s became %s, and is said to have held: %s", before, after, held)
	}
	if !regexp.MustCompile(`more than 1[0-6]\.\d/255; L2 distance \d`).MatchString(sentence) {
		t.Errorf("the norms are not in %q", sentence)
	}
	if n := eval[int](b, `window.seen.size`); n < 3 {
		t.Errorf("the probabilities moved %d times, want step by step", n)
	}
	if c := b.text("change-caption"); !regexp.MustCompile(`the change ×\x{a0}\d+`).MatchString(c) {
		t.Errorf("the change is called %q", c)
	}
	for _, want := range []string{before + " → ", "L∞ 1", ", L2 ", ", L1 ", "L0 ", " of 3,072 numbers", "8 gradients and ", "Madry"} {
		if o := b.text("outcome"); !strings.Contains(o, want) {
			t.Errorf("the outcome %q says nothing of %q", o, want)
		}
	}
	if said := b.text("before-says"); !strings.HasPrefix(said, "before: "+before) {
		t.Errorf("of the picture before the attack it says %q", said)
	}
	b.screenshot("attack-light", false)
	b.screenshot("attack-whole", true)

	target := "dog" // which is near enough for a few steps
	if before == target {
		target = "cat"
	}
	b.set("target", target)
	b.click("run")
	b.attacked()
	if name := eval[string](b, `document.querySelector("#attacked-verdict .name").textContent`); name != target {
		t.Errorf("aimed at %s the attack ends at %s", target, name)
	}
}

// Of several classes that have one name, the attack aims at the one that is chosen.
func TestTargetOfManyNames(t *testing.T) {
	b := ready(t, setting{before: `
		const post = Worker.prototype.postMessage;
		Worker.prototype.postMessage = function (ask, ...more) {
			if (ask.op === "attack") window.asked = JSON.parse(ask.args).target;
			return post.call(this, ask, ...more);
		};`})
	b.click("open-network")
	b.upload("upload-file", colorModel)
	b.inspected()
	b.upload("upload-labels", file(t, "names.txt", []byte("crane\nb\nc\nd\ne\nf\ng\ncrane\ni\nj")))
	if w := b.load(); w != "" {
		t.Fatalf("the dialog says %q", w)
	}
	b.wait(`document.getElementById("target").options[1]?.value === "crane" && !document.getElementById("run").disabled`)
	for _, class := range []int{0, 7} {
		eval[bool](b, fmt.Sprintf(`(document.getElementById("target").selectedIndex = %d, delete window.asked)`, class+1))
		b.click("run")
		b.wait(`window.asked !== undefined && document.getElementById("run").textContent === "Attack"`)
		if got := eval[int](b, `window.asked`); got != class {
			t.Errorf("aimed at class %d the lab was told %d", class, got)
		}
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
			b.wait(`document.getElementById("run").textContent !== "Waiting…"`)
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
			if said := b.text("attack-wrong"); said != "" {
				t.Errorf("%s %s: the page says %s", a.Name, n, said)
			}
			if o := b.text("outcome"); !strings.Contains(o, "L∞") || !strings.Contains(o, "quer") {
				t.Errorf("%s %s: the outcome is %q", a.Name, n, o)
			}
			t.Logf("%s %s: %s", a.Name, n, b.text("outcome"))
		}
	}
}

// Another network of the same pictures and classes can be asked about the attacked picture, where there is one. It is
// not loaded before.
func TestTransfer(t *testing.T) {
	b := ready(t, setting{hash: "#eps=16", before: `
		const real = window.fetch;
		window.fetch = async (url, ...more) => {
			if (url === "models/models.json") {
				const list = await (await real(url, ...more)).json();
				return new Response(JSON.stringify([list[0], { ...list[0], file: "cifar10-twin.onnx" }]));
			}
			return real(url === "models/cifar10-twin.onnx" ? "models/cifar10-standard.onnx" : url, ...more);
		};`})
	b.click("run")
	b.attacked()
	b.wait(`document.getElementById("ask-others")`)
	if loaded := eval[[]string](b, loadedNetworks); len(loaded) != 1 || !strings.HasSuffix(loaded[0], "cifar10-standard.onnx") {
		t.Errorf("loaded before another network is asked are %q, want one", loaded)
	}
	b.click("ask-others")
	b.wait(`/twin: \w+ .* → \w+ /.test(document.getElementById("outcome").textContent)`)
	after := eval[string](b, `document.querySelector("#attacked-verdict .name").textContent`)
	if o := b.text("outcome"); !strings.Contains(o, "twin: "+eval[string](b, `document.querySelector("#original-verdict .name").textContent`)) ||
		!strings.Contains(o, "→ "+after+" ") {
		t.Errorf("its twin says otherwise than the network itself, %s: %s", after, o)
	}
}

// loadedNetworks are the addresses of all networks that the page has loaded.
const loadedNetworks = `performance.getEntriesByType("resource").map(e => e.name).filter(n => n.endsWith(".onnx"))`

func TestDiagnosis(t *testing.T) {
	b := ready(t, setting{})
	const there = `document.querySelectorAll("#diagnosis li").length >= 8 && !document.getElementById("diagnosis").hidden &&
		document.getElementById("diagnose").textContent === "Can I trust this result?"`
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
	b.set("from", "corrupted")
	b.click("diagnose")
	b.wait(there)
	b.set("severity", "5")
	b.wait(`location.hash.includes("severity=5")`)
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
	if s := b.text("attacked-foot"); !strings.Contains(s, "Stopped") {
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

// Whatever is chosen while an attack runs ends it at once.
func TestChoiceEndsAttack(t *testing.T) {
	b := ready(t, setting{hash: "#attack=hopskipjump&queries=0&budget=1000000&steps=1000"})
	start := func() {
		t.Helper()
		b.click("run")
		b.wait(`!document.getElementById("film").hidden && document.getElementById("run").textContent === "Stop"`)
	}
	for _, c := range []struct {
		what   string
		choose func()
		shown  string
	}{
		{"severity", func() { b.set("severity", "5") }, `location.hash.includes("severity=5")`},
		{"photograph", func() { b.choosePhoto("rocket") }, `location.hash.includes("photo=rocket")`},
		{"network", func() { b.set("network", "fashion-standard") }, `location.hash.includes("network=fashion-standard")`},
	} {
		start()
		c.choose()
		b.wait(`document.getElementById("run").textContent !== "Stop"`)
		b.wait(c.shown)
		b.wait(`document.getElementById("run").textContent === "Attack"`)
		if c.what != "severity" {
			b.wait(`document.getElementById("film").hidden`)
			continue
		}
		b.attacked() // what was found of the original still holds
		if s := b.text("attacked-foot"); !strings.Contains(s, "Stopped") {
			t.Errorf("after another %s the page says %q", c.what, s)
		}
	}
	// What was chosen just before is what is attacked.
	eval[bool](b, `(document.getElementById("from").value = "corrupted", true)`)
	b.set("attack", "fgsm")
	eval[bool](b, `(() => {
		const s = document.getElementById("severity");
		s.value = 1;
		s.dispatchEvent(new Event("input"));
		document.getElementById("run").click();
		return true;
	})()`)
	b.attacked()
	verdict := eval[string](b, `document.querySelector("#corrupted-verdict .name").textContent`)
	if s := b.text("outcome"); !strings.Contains(s, verdict) || !eval[bool](b, `location.hash.includes("severity=1")`) {
		t.Errorf("the shaken picture is called %s, and the attack says %q", verdict, s)
	}
}

// A check or a search that is asked for twice while a network comes begins once, and is not stopped by the second press.
func TestCheckWaits(t *testing.T) {
	b := ready(t, setting{before: held})
	for _, c := range []struct{ button, result, network string }{{"sweep", "sweep-result", "fashion-standard"}, {"diagnose", "diagnosis", "cifar10-standard"}} {
		eval[bool](b, `(window.release = null, window.slow = "models/`+c.network+`.onnx", true)`)
		idle := b.text(c.button)
		b.set("network", c.network)
		b.wait(`window.release`)
		b.click(c.button)
		b.click(c.button)
		if says := b.text(c.button); says != "Waiting…" {
			t.Errorf("while the network comes #%s says %q", c.button, says)
		}
		eval[bool](b, `(window.release(), true)`)
		b.wait(fmt.Sprintf(`location.hash.includes("network=%s") && document.getElementById(%q).textContent === %q && !document.getElementById(%q).hidden`, c.network, c.button, idle, c.result))
		if says := b.text(c.result); says == "" || strings.Contains(says, "topped") {
			t.Errorf("#%s says %q", c.result, says)
		}
	}
}

// An attack that is asked for while a network comes waits for that, and the button says so.
func TestAttackWaits(t *testing.T) {
	b := ready(t, setting{hash: "#attack=fgsm", before: held + `window.slow = "models/fashion-standard.onnx"`})
	b.set("network", "fashion-standard")
	b.wait(`window.release`)
	b.click("run")
	if says := b.text("run"); says != "Waiting…" || eval[bool](b, `document.getElementById("run").disabled`) {
		t.Errorf("while the network comes the button says %q", says)
	}
	b.click("run")
	eval[bool](b, `(window.release(), true)`)
	b.attacked()
	if o := b.text("outcome"); b.value("network") != "fashion-standard" || !strings.Contains(o, "FGSM") || !strings.Contains(o, "of 784 numbers") {
		t.Errorf("with %s the outcome is %q", b.value("network"), o)
	}
}

// A result beside other settings says what it was made with, until the settings are its own again.
func TestResultOfOtherSettings(t *testing.T) {
	b := ready(t, setting{})
	b.click("run")
	b.attacked()
	if o := b.text("attacked-other"); o != "" {
		t.Errorf("beside its own settings it says %q", o)
	}
	b.set("eps", "1")
	if o := b.text("attacked-other"); !strings.Contains(o, "PGD, L∞, at most 8/255") || !strings.Contains(o, "Press Attack") {
		t.Errorf("with another distance it says %q", o)
	}
	b.screenshot("other-settings", false)
	b.set("eps", "8")
	if o := b.text("attacked-other"); o != "" {
		t.Errorf("with its own settings again it says %q", o)
	}
	b.set("restarts", "2")
	if o := b.text("attacked-other"); !strings.Contains(o, "before the settings changed") {
		t.Errorf("with more restarts it says %q", o)
	}
	b.set("attack", "fgsm")
	b.wait(`document.getElementById("attacked-other").textContent.includes("PGD")`)
	b.click("run")
	b.attacked()
	if o, facts := b.text("attacked-other"), b.text("outcome"); o != "" || !strings.Contains(facts, "FGSM, L∞, at most 8/255, on the original") {
		t.Errorf("after the attack it says %q, and %q", o, facts)
	}
}

// What an attack refuses is said beside its button, and no longer than it holds.
func TestAttackRefuses(t *testing.T) {
	b := ready(t, setting{width: 390, height: 844})
	own := eval[string](b, `document.querySelector("#original-verdict .name").textContent`)
	b.set("target", own)
	b.click("run")
	if said := b.until("attack-wrong", ""); !strings.Contains(said, "already says "+own) {
		t.Errorf("the page says %q", said)
	}
	if !eval[bool](b, `(() => {
		const r = document.getElementById("attack-wrong").getBoundingClientRect();
		return r.top >= 0 && r.bottom <= innerHeight;
	})()`) {
		t.Error("what went wrong is out of sight")
	}
	b.screenshot("attack-refuses", false)
	b.set("target", "")
	if said := b.text("attack-wrong"); said != "" {
		t.Errorf("with another target the page still says %q", said)
	}
}

// Whoever hears the page is told that an attack runs, how far it is, and what each step led to.
func TestAttackIsAnnounced(t *testing.T) {
	b := ready(t, setting{hash: "#steps=1000", before: `
		const now = performance.now.bind(performance);
		performance.now = () => 10 * now();`})
	eval[bool](b, `(window.said = [], new MutationObserver(() => window.said.push(document.getElementById("announce").textContent))
		.observe(document.getElementById("announce"), { childList: true }), true)`)
	b.set("attack", "hopskipjump")
	b.click("run")
	b.wait(`window.said.some(s => /^Attacking: .* of .*left at most/.test(s))`)
	b.click("run")
	b.attacked()
	b.wait(`/after the attack/.test(window.said.at(-1))`)
	for _, step := range []string{"0", eval[string](b, `document.getElementById("scrub").max`)} {
		b.set("scrub", step)
		text := eval[string](b, `document.getElementById("scrub").getAttribute("aria-valuetext")`)
		if want := eval[string](b, `[...document.querySelectorAll("#attacked-verdict span")].map(e => e.textContent).join(" ")`); !strings.HasSuffix(text, ": "+want) {
			t.Errorf("step %s is called %q, its answer is %q", step, text, want)
		}
	}
}
