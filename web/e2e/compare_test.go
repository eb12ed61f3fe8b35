package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp/kb"
)

// A changed picture gives way to what it was before for as long as it is pressed, or its button is.
func TestHoldToCompare(t *testing.T) {
	b := ready(t, setting{})
	held := func(step string) bool {
		return eval[bool](b, fmt.Sprintf(`!document.querySelector("#%s-view ~ canvas.held").hidden`, step))
	}
	mouse := func(kind input.DispatchMouseEventType, step string) {
		t.Helper()
		at := eval[[]float64](b, fmt.Sprintf(`(() => {
			const frame = document.getElementById("%s-hold").parentElement;
			frame.scrollIntoView({ block: "center" });
			const { x, y, width, height } = frame.getBoundingClientRect();
			return [x + width / 2, y + height / 2];
		})()`, step))
		call(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: at[0], Y: at[1], Button: input.MouseButtonLeft, ClickCount: 1})
	}
	mouse(input.DispatchMouseEventTypeMousePressed, "attacked")
	if held("attacked") {
		t.Error("there is something to compare before an attack")
	}
	mouse(input.DispatchMouseEventTypeMouseReleased, "attacked")
	mouse(input.DispatchMouseEventTypeMousePressed, "corrupted")
	same := eval[bool](b, `(() => {
		const held = document.querySelector("#corrupted-view ~ canvas.held"), view = document.getElementById("original-view");
		const data = c => [...c.getContext("2d").getImageData(0, 0, c.width, c.height).data].join();
		return data(held) === data(view);
	})()`)
	if !held("corrupted") || !same {
		t.Errorf("while the corrupted picture is pressed, the original is shown: %v, and its pixels: %v", held("corrupted"), same)
	}
	b.screenshot("hold", false)
	mouse(input.DispatchMouseEventTypeMouseReleased, "corrupted")
	if held("corrupted") {
		t.Error("the original stays when the picture is let go")
	}
	b.click("run")
	b.attacked()
	eval[bool](b, `(document.getElementById("attacked-hold").focus(), true)`)
	call(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: " ", Code: "Space", Text: " ", WindowsVirtualKeyCode: 32})
	if !held("attacked") || b.text("attacked-hold") == "" {
		t.Error("with the space bar, the attacked picture does not give way")
	}
	b.wait(`document.getElementById("announce").textContent.startsWith("Before: ")`)
	call(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: " ", Code: "Space", WindowsVirtualKeyCode: 32})
	if held("attacked") {
		t.Error("the picture before stays when the space bar is let go")
	}
	eval[bool](b, `(document.getElementById("attacked-hold").click(), true)`) // as a screen reader does
	if !held("attacked") || eval[string](b, `document.getElementById("attacked-hold").getAttribute("aria-pressed")`) != "true" {
		t.Error("a screen reader's press changes nothing")
	}
}

// The smallest change is searched for, named, drawn and listed; the attack that is shown stays, and the search can be stopped.
func TestSweep(t *testing.T) {
	b := ready(t, setting{})
	b.click("run")
	b.attacked()
	verdict := b.text("attacked-verdict")
	b.click("sweep")
	b.wait(`document.getElementById("sweep").textContent.startsWith("How little") && !document.getElementById("sweep-result").hidden`)
	says := eval[string](b, `document.querySelector("#sweep-result .says").textContent`)
	if !strings.Contains(says, "/255 is enough: cat →") || strings.Contains(says, "Stopped") {
		t.Errorf("the search says %q", says)
	}
	rows := eval[float64](b, `document.querySelectorAll("#sweep-result table tr").length`)
	circles := eval[float64](b, `document.querySelectorAll("#sweep-result circle").length`)
	if rows != circles+1 || circles < 8 {
		t.Errorf("the table has %v rows, the chart %v points", rows, circles)
	}
	if v := b.text("attacked-verdict"); v != verdict || eval[bool](b, `document.getElementById("outcome").hidden`) {
		t.Errorf("after the search the attack's result is %q, want %q", v, verdict)
	}
	b.wait(`document.getElementById("announce").textContent.includes("is enough")`)
	b.screenshot("sweep", true)
	// The attack itself agrees.
	least := strings.SplitN(says, "/255", 2)[0]
	b.set("eps", least)
	b.click("run")
	b.attacked()
	if !strings.Contains(says, "→ "+eval[string](b, `document.querySelector("#attacked-verdict .name").textContent`)+".") {
		t.Errorf("the search says %q, the attack with %s/255 %q", says, least, b.text("attacked-verdict"))
	}
	b.set("attack", "deepfool")
	b.wait(`document.getElementById("sweep").hidden && !document.getElementById("sweep-none").hidden`)
	b.set("attack", "square")
	b.set("queries", "5000")
	b.click("sweep")
	b.wait(`document.getElementById("sweep").textContent === "Stop the search"`)
	eval[bool](b, `(document.getElementById("sweep").focus(), true)`)
	b.press(kb.Enter)
	b.wait(`document.getElementById("sweep").textContent.startsWith("How little")`)
}
