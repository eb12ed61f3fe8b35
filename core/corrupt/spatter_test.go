package corrupt

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"

	"steady/core/img"
)

// splashes fills a plane with a pattern of wet places, made of integers.
func splashes(f framed) {
	noise := uint32(1)
	for y := range f.h {
		for x := range f.w {
			noise = noise*1664525 + 1013904223
			f.row(y)[x+1] = 0
			if (x*x/40+y*y/30+x*y/20)%97 < 20 {
				f.row(y)[x+1] = int32(170 + noise>>24%70)
			}
		}
	}
}

// The hashes are those of what OpenCV 4.6 makes of the same pattern: Canny(50, 150), distanceTransform(DIST_L2, 5) cut
// off at 20, blur and equalizeHist.
func TestSpatterSteps(t *testing.T) {
	for _, want := range []struct {
		w, h                      int
		edges, distances, heights uint32
	}{
		{1, 1, 0x50c5d1f, 0x13b3b201, 0x110c7003},
		{1, 9, 0xf6b94eae, 0xe5f4aa0c, 0xcab9ad32},
		{8, 1, 0x9320db5a, 0xc46f9725, 0xf4e52546},
		{2, 2, 0xdaf435d, 0x8d4bb2e5, 0x4b95f515},
		{37, 23, 0xbf141bc, 0x6bc074a5, 0x4785dcb1},
		{150, 97, 0xeeb091a0, 0x33d079da, 0xb664bc24},
	} {
		j := &job{w: want.w, h: want.h}
		depth, shore, relief := j.framed(1, 1), j.framed(2, 2), j.framed(3, 1)
		edges, distances, heights := fnv.New32a(), fnv.New32a(), fnv.New32a()
		splashes(depth)
		depth.replicate()
		j.canny(shore, depth, 50, 150)
		for y := range want.h {
			for _, v := range shore.line(y) {
				edges.Write([]byte{1 - byte(v/farthest)})
			}
		}
		shore.distances()
		for y := range want.h {
			binary.Write(distances, binary.LittleEndian, shore.line(y))
		}
		shore.mirror()
		j.raise(relief, shore)
		for y := range want.h {
			for _, v := range relief.line(y) {
				heights.Write([]byte{byte(v)})
			}
		}
		if got := edges.Sum32(); got != want.edges {
			t.Errorf("%d×%d: edges %#x, want %#x", want.w, want.h, got, want.edges)
		}
		if got := distances.Sum32(); got != want.distances {
			t.Errorf("%d×%d: distances %#x, want %#x", want.w, want.h, got, want.distances)
		}
		if got := heights.Sum32(); got != want.heights {
			t.Errorf("%d×%d: heights %#x, want %#x", want.w, want.h, got, want.heights)
		}
	}
}

// Water adds its colour and mud covers with its own; where there is none nothing changes.
func TestSpatterColours(t *testing.T) {
	for _, side := range []int{32, 224} {
		for severity := 1; severity <= 5; severity++ {
			src := flat(side, side, .25)
			m := src.Clone()
			apply(t, "spatter", m, Options{Severity: severity, Seed: 5})
			s := spatterSplash.at(&job{severity: severity, profile: Auto.For(side, side)})
			touched := 0
			for i := range side * side {
				r, g, b := float64(m.Pix[i]), float64(m.Plane(1)[i]), float64(m.Plane(2)[i])
				if r == .25 && g == .25 && b == .25 {
					continue
				}
				touched++
				share := (r - .25) / (175. / 255) // of water
				wantG, wantB := .25+share*238/255, .25+share*238/255
				low, high := 0., float64(s.weight)
				if s.edge > 0 {
					share = (.25 - r) / (.25 - 63./255)
					wantG, wantB = .25*(1-share)+share*42/255, .25*(1-share)+share*20/255
					low, high = .8, 1
				}
				if share < low-1e-4 || share > high+1e-4 || math.Abs(g-wantG) > 1e-5 || math.Abs(b-wantB) > 1e-5 {
					t.Fatalf("%d px, severity %d: (%g, %g, %g), want a share of %g to %g of the liquid", side, severity, r, g, b,
						low, high)
				}
			}
			if touched == 0 || touched > side*side*3/4 {
				t.Errorf("%d px, severity %d: %d of %d pixels have changed", side, severity, touched, side*side)
			}
		}
	}
}

// Without any liquid the picture stays as it is: there is no deepest place to compare with.
func TestSpatterDry(t *testing.T) {
	m := synthetic(20, 30)
	before := m.Clone()
	j := &job{w: 20, h: 30, src: m, dst: m}
	j.water(make([]float32, 600), .6)
	if img.Linf(before, m) != 0 {
		t.Error("a dry picture has changed")
	}
}
