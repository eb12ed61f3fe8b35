package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What makes no sense is refused in one sentence that says what would be right, before anything is written.
func TestTrainRefuses(t *testing.T) {
	data, other := writeSet(t, 40), t.TempDir()
	images, labels, _ := strings.Cut(data, ",")
	oneClass := filepath.Join(other, "labels.idx")
	b := readFile(t, labels)
	if err := os.WriteFile(oneClass, append(b[:8:8], bytes.Repeat([]byte{3}, 40)...), 0o644); err != nil {
		t.Fatal(err)
	}
	threeClasses := filepath.Join(other, "three.idx")
	if err := os.WriteFile(threeClasses, append(b[:8:8], bytes.Repeat([]byte{0, 2}, 20)...), 0o644); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(other, "notes.jsonl")
	if err := os.WriteFile(log, []byte("a shopping list\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Chdir(dir)
	for _, c := range []struct{ args, want string }{
		{"fastest", `unknown recipe "fastest": valid: standard`},
		{"standard --heigth 1", "unknown flag: --heigth"},
		{"standard{height=1}", "recipe standard has no options of its own"},
		{"fgsm{height=1}", `no option "height"; valid: eps`},
		{"mixup --steps 3", `no option "steps"; valid: alpha`},
		{"fgsm{eps=2}", "eps is 2: want a number"},
		{"pgd --eps 256/255", "eps is 1.003921568627451, want at most 1 in linf"},
		{"tlat{eps=-1/255}", "eps is -1/255: want a number"},
		{"standard --monitor-eps 2", `"2" for "--monitor-eps" flag: want a number above 0, up to 1`},
		{"mixup{alpha=-1}", "alpha is -1: want a number"},
		{"mixup --alpha NaN", `alpha is "NaN": want a number`},
		{"tlat{weight=1.5}", "weight is 1.5: want a number"},
		{"noise{share=2}", "share is 2: want a number"},
		{"corrupt{corruptions=rain}", "rain"},
		{"standard --averaging 1", `"1" for "--averaging" flag: want a number`},
		{"standard --label-smoothing -0.1", `"-0.1" for "--label-smoothing" flag: want a number`},
		{"standard --keep first", `"first" for "--keep" flag: want one of last, best`},
		{"standard --keep best", "keep is best: want validation images"},
		{"standard --keep best-attacked --validation 8 --monitor-attacked 0", "keep is best-attacked: want that accuracy to be measured"},
		{"standard --validation 40", "40 images held out of the 40"},
		{"standard --validation 36", "batch is 8: want at most the 4 images there are"},
		{"standard --validation -1", `"-1" for "--validation" flag: want a whole number`},
		{"standard --data " + images + "," + oneClass, "all 40 images to train on are of one class: want at least two classes"},
		{"standard --limit 1", "all 1 images to train on are of one class"},
		{"standard --test " + images + "," + threeClasses, "has class 2, but the network's classes are 0 to 1"},
		{"standard --test fashion", "28×28, wanted are 8×8"},
		{"standard --init-from fashion-standard", "takes images of 1×28×28, the data has 1×8×8: want the same"},
		{"standard --log no/where.jsonl", "there is no folder no"},
		{"standard --log net.onnx", "the same file as net.onnx"},
		{"standard --log " + images, "the same file as"},
		{"standard --plot curves.png", "the name must end in .svg"},
	} {
		args := append(append([]string{"train"}, strings.Fields(c.args)...), "--epochs", "1", "--batch", "8", "--shift", "1", "--out", "net.onnx")
		if !strings.Contains(c.args, "--data") {
			args = append(args, "--data", data)
		}
		stdout, stderr, code := steady(args...)
		if code != exitUsage || !strings.Contains(stderr, c.want) || stdout != "" {
			t.Errorf("%s: exit code %d, %q, want %q", c.args, code, stderr, c.want)
		}
		var sentence string
		for line := range strings.Lines(stderr) {
			if text, ok := strings.CutPrefix(line, "steady: "); ok {
				sentence += text
			}
		}
		if strings.Count(sentence, "\n") != 1 {
			t.Errorf("%s: want one sentence: %q", c.args, stderr)
		}
		onlyFiles(t, dir)
	}
	if _, stderr, code := steady("train", "--log", log, "--plot", "curves.svg"); code != exitUsage || !strings.Contains(stderr, "line 1 is not that of an epoch") {
		t.Errorf("the plot of another file: exit code %d, %s", code, stderr)
	}
	onlyFiles(t, dir)
}
