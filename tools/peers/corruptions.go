package main

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"steady/core/corrupt"
	"steady/core/img"
	"steady/tools/corruptiontable/stopwatch"
	"steady/tools/measure"
)

const (
	corruptionPhoto = "web/static/photos/astronaut.jpg"
	corruptionSide  = 224
	corruptionWhile = 5 * time.Millisecond // a sample
)

// corruptionsPart times the corruptions of imagecorruptions, from bytes to bytes on one thread, beside that package, and
// beside Pillow alone where the package only calls it. A time is the mean over severities 1, 3 and 5.
func corruptionsPart(c config, t *table) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if c.python == "" {
		return fmt.Errorf("-python names no interpreter with imagecorruptions")
	}
	file, err := os.ReadFile(corruptionPhoto)
	if err != nil {
		return err
	}
	photo, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		return fmt.Errorf("%s: %w", corruptionPhoto, err)
	}
	m := img.FromImage(image.Image(photo)).Fit(corruptionSide, corruptionSide)
	rgba, rgb := make([]byte, 4*m.W*m.H), make([]byte, 3*m.W*m.H)
	m.PutRGBA(rgba)
	corrupt.PutBytes(rgb, m)
	ours, err := stopwatch.New(rgba, corruptionSide)
	if err != nil {
		return err
	}
	peer, err := stopwatch.StartPython(c.python, "", rgb, corruptionSide, c.dir)
	if err != nil {
		return err
	}
	defer peer.Stop()
	medians, fastest, count := 0., 0., 0
	var best []string
	for _, k := range corrupt.All() {
		if !peer.Knows[k.Name] {
			continue
		}
		its, alone := sampled{name: "imagecorruptions"}, sampled{name: "Pillow"}
		var all []float64
		for round := range c.rounds {
			sums := [3]float64{}
			for _, severity := range []int{1, 3, 5} {
				runs := []func(string, int, time.Duration) (float64, error){ours.Bytes, peer.Measure}
				names := []string{k.Name, k.Name, "pillow/" + k.Name}
				if slices.Contains([]string{"jpeg_compression", "pixelate"}, k.Name) {
					runs = append(runs, peer.Measure)
				}
				for i := range runs {
					i = (i + round) % len(runs)
					ms, err := runs[i](names[i], severity, corruptionWhile)
					if err != nil {
						return err
					}
					sums[i] += ms / 3
				}
			}
			all, its.samples = append(all, sums[0]), append(its.samples, sums[1])
			if sums[2] > 0 {
				alone.samples = append(alone.samples, sums[2])
			}
		}
		peers := []sampled{its}
		if len(alone.samples) > 0 {
			peers = append(peers, alone)
		}
		t.add(k.Name, all, peers)
		for _, p := range peers {
			mine, theirs := slices.Min(all), slices.Min(p.samples)
			best = append(best, fmt.Sprintf("%s %s and %s (%s) ms, %.2f×", k.Name, round(mine), round(theirs), p.name, theirs/mine))
		}
		medians += math.Log(measure.Median(its.samples) / measure.Median(all))
		fastest += math.Log(slices.Min(its.samples) / slices.Min(all))
		count++
	}
	if count > 0 {
		t.note("Corruptions of %d×%d pixels, bytes to bytes, one thread, mean of severities 1, 3 and 5; %s.",
			corruptionSide, corruptionSide, peer.Versions)
		t.note("Geometric mean of the %d ratios to imagecorruptions: %.1f by medians, %.1f by each side's fastest round.",
			count, math.Exp(medians/float64(count)), math.Exp(fastest/float64(count)))
		t.note("Fastest rounds, of which others on the machine take least: %s.", strings.Join(best, "; "))
	}
	return nil
}
