package corrupt

import (
	"fmt"
	"hash/fnv"
	"testing"

	"steady/core/img"
)

// synthetic is a picture made of integers, the same everywhere: slopes, edges, fine checks, and colours at the ends of
// the range.
func synthetic(w, h int) *img.Image {
	m := img.New(w, h)
	noise := uint32(1)
	for y := range h {
		for x := range w {
			noise = noise*1664525 + 1013904223
			values := [3]int{x * 255 / w, y * 255 / h, (x*x + y*y) * 255 / (w*w + h*h)}
			switch {
			case (x/8+y/8)%5 == 0:
				values[(x/8)%3] = 255
			case (x/8+y/8)%7 == 0:
				values = [3]int{}
			case (x/16+y/16)%3 == 0:
				for c := range values {
					values[c] = (values[c] + int(noise>>(8*c)&63)) & 255
				}
			}
			for c, v := range values {
				m.Plane(c)[y*w+x] = levels[v]
			}
		}
	}
	return m
}

// hash is that of the bytes that a file of the picture would hold.
func hash(m *img.Image) uint32 {
	pix := make([]byte, len(m.Pix))
	PutBytes(pix, m)
	h := fnv.New32a()
	h.Write(pix)
	return h.Sum32()
}

// The bytes must be the same on every processor, in WebAssembly, and with SIMD or without: this test runs in all of
// these builds. A change of them changes what users have published.
func TestGolden(t *testing.T) {
	for _, c := range all {
		for _, side := range []int{32, 224} {
			src, dst := synthetic(side, side), img.New(side, side)
			var got [5]uint32
			for i := range got {
				if err := c.Apply(dst, src, Options{Severity: i + 1, Seed: 1, Index: 2}); err != nil {
					t.Fatal(err)
				}
				got[i] = hash(dst)
			}
			if key := fmt.Sprintf("%s %d", c.Name, side); got != golden[key] {
				t.Errorf("hashes have changed; now\n\t%q: %#x,", key, got)
			}
		}
	}
}

// Those of pixelate and jpeg_compression are also the hashes of what Pillow 9.4 with libjpeg-turbo 2.1.5 makes of the
// same pictures: the two agree to the byte.
var golden = map[string][5]uint32{
	"gaussian_noise 32":     {0x312b68b5, 0x06c4b69c, 0x18966f84, 0x1567ae3e, 0x7cbb61be},
	"gaussian_noise 224":    {0x886bf132, 0xb7885d8f, 0x28f91bba, 0x51f4b679, 0x05acd3e2},
	"shot_noise 32":         {0x3300045e, 0x5a6b4c9b, 0xc480f191, 0xe4f469a1, 0x044bd02d},
	"shot_noise 224":        {0x8645a987, 0xac87b201, 0x27a8ab8d, 0xdbf079c0, 0x24f675e6},
	"gaussian_blur 32":      {0x2251fba2, 0x5a39287f, 0x1ae4f053, 0xc53460c5, 0xd4fb232e},
	"gaussian_blur 224":     {0x0d4e9f15, 0x66745882, 0xf0f8af7d, 0x467f5f8d, 0x3315fce0},
	"motion_blur 32":        {0x3c4e4821, 0xf229baef, 0x01beb77a, 0xe706eaf4, 0x76470b9a},
	"motion_blur 224":       {0x17260285, 0x3de06f47, 0x3fae18fe, 0x95e5874d, 0xcb4406ff},
	"fog 32":                {0x94311e51, 0x5c6af160, 0x456b35f0, 0x390d4a7a, 0x6f1816f3},
	"fog 224":               {0x16b96f83, 0xd9b23ee2, 0x4af631c8, 0xdd7cd143, 0xfafdab0a},
	"brightness 32":         {0xdb4bc154, 0x9f8ebf71, 0x8411708e, 0xab29bab5, 0x702d7de9},
	"brightness 224":        {0x698dfa32, 0xca13bf0c, 0xcbe9d8ff, 0xa4240b69, 0xe3e78a03},
	"pixelate 32":           {0x8ac1b977, 0x50103a71, 0x4cfb159c, 0x83b88c7e, 0x5b4389ba},
	"pixelate 224":          {0x32f309f5, 0xbb297d79, 0x05219448, 0xf9b3a398, 0xc06b2945},
	"jpeg_compression 32":   {0xff8d6ff5, 0x051f0005, 0x99d99094, 0x1ba27fa7, 0x9bff6cde},
	"jpeg_compression 224":  {0xc76f161a, 0x3cefbf2b, 0x7d9f0275, 0x28ac630a, 0xdb76d502},
	"impulse_noise 32":      {0x9f969306, 0x95dcde96, 0xa958c2c0, 0xfab004ac, 0x640879aa},
	"impulse_noise 224":     {0x88cb8cc2, 0x8ab1e933, 0x4fa2ac08, 0x6360df32, 0xf574e264},
	"speckle_noise 32":      {0xab2dc511, 0xedc85366, 0xbcd4daa6, 0xbf6e37ca, 0x72341772},
	"speckle_noise 224":     {0x34ef6282, 0x32272644, 0xf876eaf0, 0x42c30bda, 0xca198e29},
	"defocus_blur 32":       {0x532fd8f1, 0x57a468ac, 0x25a940fa, 0x891c7cce, 0x9c040596},
	"defocus_blur 224":      {0xe698af7d, 0xcab98ec7, 0x5120a628, 0x15f53a7c, 0xdc37c304},
	"glass_blur 32":         {0xade4aba8, 0x7f28bf37, 0x55b7ac4d, 0xb47e880d, 0xb6fc8c5d},
	"glass_blur 224":        {0x638e426e, 0xf397c39c, 0x5b9786d0, 0x9875fbbd, 0x03513069},
	"zoom_blur 32":          {0x157cee2c, 0xf4870620, 0x0c596cd6, 0x563f65b8, 0xf78a1a2f},
	"zoom_blur 224":         {0x04e05345, 0xa96a45bb, 0x10ed3ff1, 0xf955d62f, 0xa85df608},
	"contrast 32":           {0x8b1a516a, 0x1824fe6d, 0x4edaf90e, 0x4411c7ce, 0x5573346f},
	"contrast 224":          {0x15fce2fe, 0x1ec4b35a, 0xede764a8, 0xb2b527dd, 0xb36441b0},
	"saturate 32":           {0xcda112c6, 0x1c38b504, 0xe075a455, 0x214f9046, 0x56af5c17},
	"saturate 224":          {0xf313d88b, 0xe480e414, 0x3f5a58cd, 0x77db2b4e, 0x7cf7cbe8},
	"snow 32":               {0x3b533686, 0x250788e8, 0xb3fb6f03, 0x6f3a24c3, 0xb137f09c},
	"snow 224":              {0xb739ed2f, 0xa436e4be, 0x94d5207f, 0x87d82d6c, 0x8c5c9c7a},
	"elastic_transform 32":  {0xffa2db7b, 0x312832a3, 0x279f69b3, 0x293168dc, 0xe050b914},
	"elastic_transform 224": {0x3a749c18, 0x12a1ccc1, 0x42ca36b1, 0x151df136, 0xb1f067cd},
}
