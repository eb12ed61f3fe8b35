package liquid

import (
	"encoding/binary"
	"hash/fnv"
	"testing"

	"steady/core/corrupt/internal/scratch"
)

// splashes fills a plane with a pattern of wet places, made of integers.
func splashes(p paddedPlane) {
	noise := uint32(1)
	for y := range p.h {
		for x := range p.w {
			noise = noise*1664525 + 1013904223
			p.row(y)[x+1] = 0
			if (x*x/40+y*y/30+x*y/20)%97 < 20 {
				p.row(y)[x+1] = int32(170 + noise>>24%70)
			}
		}
	}
}

// The hashes are those of what OpenCV 4.6 makes of the same pattern: Canny(50, 150), distanceTransform(DIST_L2, 5) cut
// off at 20, blur and equalizeHist.
func TestSteps(t *testing.T) {
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
		s, w, h := new(scratch.Buffers), want.w, want.h
		depth, shore, relief := newPaddedPlane(w, h, 1, 1, s), newPaddedPlane(w, h, 2, 2, s), newPaddedPlane(w, h, 1, 3, s)
		edges, distances, heights := fnv.New32a(), fnv.New32a(), fnv.New32a()
		splashes(depth)
		depth.replicate()
		canny(shore, depth, 50, 150, s)
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
		heightMap(relief, shore)
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
