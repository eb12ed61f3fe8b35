package e2e

import (
	"fmt"
	"strings"
	"testing"

	"steady/core/corrupt"
)

func TestLinks(t *testing.T) {
	b := ready(t, setting{hash: "#photo=coffee&corruption=gaussian_blur&severity=5&seed=77&where=view" +
		"&attack=mi-fgsm&norm=l2&eps=1.25&steps=7&momentum=0.5&confidence=1.5&queries=300&from=shaken&target=dog"})
	for id, want := range map[string]string{
		"corruption": "gaussian_blur", "severity": "5", "seed": "77", "where": "view",
		"attack": "mi-fgsm", "norm": "l2", "eps": "1.25", "steps": "7", "momentum": "0.5",
		"confidence": "1.5", "queries": "300", "from": "shaken", "target": "dog",
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
