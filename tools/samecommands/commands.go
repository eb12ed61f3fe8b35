package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A command is one or several calls of steady, separated by " && ", that run in the same fresh folder until one fails.
// The folder holds photo.jpg (256 pixels), small.png (28 pixels) and set/, an image folder with a sub-folder a class.
// Of several calls separated by " || " the next is for builds that refuse the one before with exit status 2, because the
// flags have changed. DATA stands for the folder or archive named with -data.
type command struct{ name, calls string }

// commands uses only flags that every build since the first has had, so that OLD may be old.
var commands = []command{
	{"list-corruptions", "list corruptions"},
	{"list-attacks", "list attacks"},
	{"list-recipes", "list recipes"},
	{"list-models", "list models"},

	{"corrupt-photo", "corrupt fog --severity 4 --seed 7 photo.jpg out.png"},
	{"corrupt-range", "corrupt laugros/rain --severity range --seed 3 photo.jpg out.png"},
	{"corrupt-several", "corrupt frost small.png photo.jpg out/"},
	{"sheet", "corrupt --sheet --severity 5 photo.jpg sheet.png"},
	{"unknown-corruption", "corrupt fogg photo.jpg out.png"},

	{"corrupt-set-severity", "corrupt-set elastic_transform --severity 2 --limit 200 --out a.npy --labels-out y.npy"},
	{"corrupt-set-all", "corrupt-set motion_blur --all --seed 5 --limit 100 --out a.npy"},
	{"corrupt-set-suite", "corrupt-set --suite imagenet-c,imagenet-c-extra --severity 3 --limit 20 --out all/"},
	{"corrupt-set-laugros", "corrupt-set --suite laugros --severity range --limit 10 --out all/"},
	{"corrupt-set-folder", "corrupt-set snow --severity 5 --data set --out a.npy --labels-out y.npy"},

	{"eval", "eval --per-class"},
	{"eval-corrupted", "eval --corruption gaussian_noise --severity 4 --seed 9 --limit 300"},
	{"eval-written", "corrupt-set fog --severity 5 --limit 200 --out a.npy --labels-out y.npy" +
		" && eval --data a.npy,y.npy --model fashion-standard --per-class"},
	{"eval-folder", "eval --data set --model fashion-standard"},
	{"eval-resized", "eval --resize --model cifar10-standard --limit 200 --batch 7 --per-class" +
		" || eval --size 32 --model cifar10-standard --limit 200 --batch 7 --per-class"},
	{"predict", "predict --model cifar10-standard --top 10 photo.jpg small.png"},

	{"attack-fgsm", "attack fgsm --norm l2 --eps 0.5 --target least-likely --limit 50 --out a.npy"},
	{"attack-pgd-linf", "attack pgd --eps 8/255 --steps 10 --restarts 2 --seed 4 --limit 40 --out a.npy"},
	{"attack-pgd-l1", "attack pgd --norm l1 --steps 10 --seed 4 --limit 20 --out a.npy"},
	{"attack-bim-mi-fgsm", "attack bim --norm l2 --limit 20 --out a.npy && attack mi-fgsm --limit 20 --continue --out b.npy"},
	{"attack-apgd", "attack apgd-ce --limit 10 --seed 1 --out a.npy && attack apgd-dlr --norm l2 --limit 8 --out b.npy" +
		" && attack apgd-t --limit 4 --targets 3 --steps 20 --out c.npy"},
	{"attack-deepfool", "attack deepfool --limit 20 --out a.npy"},
	{"attack-cw", "attack cw --limit 3 --search-steps 3 --steps 100 --out a.npy"},
	{"attack-fab", "attack fab --limit 4 --steps 20 --out a.npy && attack fab-t --norm l2 --targets 3 --limit 4 --steps 20 --out b.npy"},
	{"attack-square", "attack square --limit 8 --queries 800 --seed 2 --out a.npy && attack square --norm l2 --limit 8 --queries 500 --out b.npy"},
	{"attack-hopskipjump", "attack hopskipjump --limit 3 --queries 600 --out a.npy"},
	{"attack-spatial", "attack spatial --limit 20 --rotations 5 --translations 3 --out a.npy"},
	{"attack-autoattack", "attack autoattack --fast --limit 3 --seed 8 --out a.npy"},
	{"attack-check", "attack --check --limit 6"},

	{"train", "corrupt-set brightness --severity 1 --limit 400 --out a.npy --labels-out y.npy" +
		" && train standard --data a.npy,y.npy --epochs 2 --batch 32 --seed 3 --averaging 0.9 --out m.onnx" +
		" && eval --model m.onnx --data a.npy,y.npy"},
	{"train-resnet20", "corrupt-set brightness --severity 1 --limit 128 --out a.npy --labels-out y.npy" +
		" && train standard --network resnet20 --data a.npy,y.npy --epochs 1 --border reflect --schedule cosine --flip=false" +
		" --out m.onnx && predict --model m.onnx small.png"},

	{"cifar-corrupt-set", "corrupt-set jpeg_compression --all --limit 200 --data DATA --out a.npy --labels-out y.npy"},
	{"cifar-eval", "eval --model cifar10-standard --data DATA --limit 1000 --corruption contrast --severity 3 --per-class"},
	{"cifar-attack", "attack pgd --model cifar10-standard --data DATA --limit 40 --seed 6 --out a.npy"},
	{"cifar-train", "train standard --data DATA --limit 1000 --epochs 1 --seed 3 --out m.onnx"},
}

func (c command) needsData() bool { return strings.Contains(c.calls, "DATA") }

// run makes the folder, runs the calls there, and collects what they print and write.
func (c command) run(ctx context.Context, binary, folder, photos, data string) (outcome, error) {
	given, err := furnish(folder, photos)
	if err != nil {
		return outcome{}, err
	}
	var o outcome
	for calls := range strings.SplitSeq(c.calls, " && ") {
		var p printed
		for call := range strings.SplitSeq(calls, " || ") {
			if p, err = runCall(ctx, binary, folder, strings.Fields(strings.ReplaceAll(call, "DATA", data))); err != nil {
				return outcome{}, err
			}
			if p.exit != 2 {
				break
			}
		}
		o.prints = append(o.prints, p)
		if p.exit != 0 {
			break
		}
	}
	o.files, err = hashFiles(folder, given)
	return o, err
}

// runCall runs one call in a folder.
func runCall(ctx context.Context, binary, folder string, words []string) (printed, error) {
	cmd := exec.CommandContext(ctx, binary, append(words, "--json")...)
	cmd.Dir = folder
	stdout, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return printed{}, err
	}
	if ctx.Err() != nil {
		return printed{}, ctx.Err()
	}
	return printed{words[0], cmd.ProcessState.ExitCode(), stdout}, nil
}

// furnish puts the pictures into a new folder and returns their paths in it.
func furnish(folder, photos string) (map[string]bool, error) {
	given := map[string]bool{}
	for to, from := range map[string]string{
		"photo.jpg":          "chelsea.jpg",
		"small.png":          "boot.png",
		"set/Ankle boot/1":   "boot.png",
		"set/Bag/1":          "bag.png",
		"set/Pullover/1":     "pullover.png",
		"set/Trouser/1":      "trousers.png",
		"set/Trouser/2":      "trousers.png",
		"set/Trouser/README": "CREDITS.md",
	} {
		if filepath.Ext(to) == "" {
			to += filepath.Ext(from)
		}
		content, err := os.ReadFile(filepath.Join(photos, from))
		if err != nil {
			return nil, fmt.Errorf("%w (-photos names the folder)", err)
		}
		path := filepath.Join(folder, filepath.FromSlash(to))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, content, 0o666); err != nil {
			return nil, err
		}
		given[to] = true
	}
	return given, nil
}
