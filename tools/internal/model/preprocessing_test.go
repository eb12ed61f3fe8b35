package model

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"steady/core/nn"
)

func TestPreprocessing(t *testing.T) {
	color, gray := &nn.Network{Image: nn.Shape{3, 2, 2}}, &nn.Network{Image: nn.Shape{1, 2, 2}}
	quiet := func(format string, args ...any) { t.Errorf(format, args...) }
	for _, p := range []Preprocessing{{}, {Scale: "1"}, {Preset: "none"}} {
		if n, err := p.apply(gray, "m", quiet); n != gray || err != nil {
			t.Errorf("%+v: %v, want the network itself", p, err)
		}
	}
	for _, c := range []struct {
		p    Preprocessing
		n    *nn.Network
		says string
	}{
		{Preprocessing{Mean: "1,2"}, color, "--mean 1,2: want one number, or one for each of the network's 3 channels"},
		{Preprocessing{Preset: "imagenet", Mean: "1,2,3"}, gray, "--mean 1,2,3: want one number, or one for each of the network's 1 channels"},
		{Preprocessing{Std: "1,0,1"}, color, "--std"},
		{Preprocessing{Std: "x"}, color, "--std"},
		{Preprocessing{Scale: "0"}, color, "--scale"},
		{Preprocessing{Scale: "x"}, color, "--scale"},
		{Preprocessing{BGR: true}, gray, "--bgr"},
		{Preprocessing{Preset: "imagnet"}, gray, `--preset "imagnet": no preset has this name; valid: none, imagenet, `},
	} {
		if _, err := c.p.apply(c.n, "m", quiet); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want an error with %q", c.p, err, c.says)
		}
	}
}

// Flags take the place of a preset's numbers, one by one.
func TestPresetAndFlags(t *testing.T) {
	for line, want := range map[string]string{
		"--preset=imagenet":                    "--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225",
		"--preset=imagenet --std=0.5":          "--mean 0.485,0.456,0.406 --std 0.5",
		"--std=0.5 --preset=imagenet --bgr":    "--mean 0.485,0.456,0.406 --std 0.5 --bgr",
		"--preset=imagenet --mean=0":           "--std 0.229,0.224,0.225",
		"--preset=caffe":                       "--scale 255 --mean 123.68,116.779,103.939 --bgr",
		"--preset=caffe --bgr=false --scale=1": "--mean 123.68,116.779,103.939",
		"--preset=none --bgr":                  "--bgr",
		"--scale=255 --mean=123,117,104":       "--scale 255 --mean 123,117,104",
	} {
		var p Preprocessing
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		p.Add(flags)
		if err := flags.Parse(strings.Fields(line)); err != nil {
			t.Fatal(err)
		}
		s, err := p.spec(3, "m")
		if err != nil || s.String() != want {
			t.Errorf("%s: %q, %v, want %q", line, s.String(), err, want)
		}
	}
	s, err := Preprocessing{Preset: "caffe"}.spec(1, "m")
	if err != nil || s.BGR || len(s.Mean) != 1 {
		t.Errorf("caffe for gray images: %+v, %v", s, err)
	}
}

func TestDoubtsAreSaid(t *testing.T) {
	n := &nn.Network{Image: nn.Shape{3, 2, 2}}
	var said []string
	say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
	if _, err := (Preprocessing{Mean: "123,117,104", Std: "58"}).apply(n, "m.onnx", say); err != nil {
		t.Fatal(err)
	}
	if len(said) != 2 || !strings.HasPrefix(said[0], "WARNING: preprocessing of m.onnx: --mean 123,117,104 is above every pixel") {
		t.Errorf("said %q", said)
	}
}
