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
	"gaussian_noise 32":     {0xf8cfb363, 0x3f05ff9d, 0x2a3a1b65, 0x1e8260ff, 0xd56766db},
	"gaussian_noise 224":    {0xa2a9a547, 0x71052f1c, 0x3c0cce72, 0x7c001b87, 0x16240e96},
	"shot_noise 32":         {0xd9603037, 0x74c7254e, 0xdd4125a6, 0x284b6362, 0x7f5b7d82},
	"shot_noise 224":        {0x3144cf4b, 0x4932e415, 0x88236d24, 0x00132f1f, 0x1382f4f5},
	"gaussian_blur 32":      {0x2251fba2, 0x5a39287f, 0x1ae4f053, 0xc53460c5, 0xd4fb232e},
	"gaussian_blur 224":     {0x0d4e9f15, 0x66745882, 0xf0f8af7d, 0x467f5f8d, 0x3315fce0},
	"motion_blur 32":        {0x3c4e4821, 0xf229baef, 0x01beb77a, 0xe706eaf4, 0x76470b9a},
	"motion_blur 224":       {0x17260285, 0x3de06f47, 0x3fae18fe, 0x95e5874d, 0xcb4406ff},
	"fog 32":                {0xc0b6d13d, 0x6c647fdf, 0xf575083e, 0x9d8579a5, 0xaaae2cab},
	"fog 224":               {0x96e13bf4, 0xb0929e0d, 0xc501d478, 0x1581013e, 0xc1d53833},
	"brightness 32":         {0xdb4bc154, 0x9f8ebf71, 0x8411708e, 0xab29bab5, 0x702d7de9},
	"brightness 224":        {0x698dfa32, 0xca13bf0c, 0xcbe9d8ff, 0xa4240b69, 0xe3e78a03},
	"pixelate 32":           {0x8ac1b977, 0x50103a71, 0x4cfb159c, 0x83b88c7e, 0x5b4389ba},
	"pixelate 224":          {0x32f309f5, 0xbb297d79, 0x05219448, 0xf9b3a398, 0xc06b2945},
	"jpeg_compression 32":   {0xff8d6ff5, 0x051f0005, 0x99d99094, 0x1ba27fa7, 0x9bff6cde},
	"jpeg_compression 224":  {0xc76f161a, 0x3cefbf2b, 0x7d9f0275, 0x28ac630a, 0xdb76d502},
	"impulse_noise 32":      {0x7831b516, 0x16e4804d, 0xb340e436, 0xf416a910, 0xc5392cdc},
	"impulse_noise 224":     {0xf8b96ab7, 0xae4eb417, 0x8adcd3ba, 0xc6049b26, 0xdef72e57},
	"speckle_noise 32":      {0x2fc58b11, 0x8cf6d7ff, 0xeb55a59a, 0xf7814cc5, 0x789040f0},
	"speckle_noise 224":     {0x15a2ace6, 0x075d689a, 0xd4d2ebcc, 0x0f86378b, 0xed92f87f},
	"defocus_blur 32":       {0x532fd8f1, 0x57a468ac, 0x25a940fa, 0x891c7cce, 0x9c040596},
	"defocus_blur 224":      {0xe698af7d, 0xcab98ec7, 0x5120a628, 0x15f53a7c, 0xdc37c304},
	"glass_blur 32":         {0xd10ff0da, 0x15f3f2c3, 0xa921421e, 0xc9b8ea18, 0xbd7f1734},
	"glass_blur 224":        {0xa773d040, 0x8b1db2c2, 0x6cb05519, 0xab908315, 0xa887b17d},
	"zoom_blur 32":          {0x157cee2c, 0xf4870620, 0x0c596cd6, 0x563f65b8, 0xf78a1a2f},
	"zoom_blur 224":         {0x04e05345, 0xa96a45bb, 0x10ed3ff1, 0xf955d62f, 0xa85df608},
	"contrast 32":           {0x8b1a516a, 0x1824fe6d, 0x4edaf90e, 0x4411c7ce, 0x5573346f},
	"contrast 224":          {0x15fce2fe, 0x1ec4b35a, 0xede764a8, 0xb2b527dd, 0xb36441b0},
	"saturate 32":           {0xcda112c6, 0x1c38b504, 0xe075a455, 0x214f9046, 0x56af5c17},
	"saturate 224":          {0xf313d88b, 0xe480e414, 0x3f5a58cd, 0x77db2b4e, 0x7cf7cbe8},
	"snow 32":               {0x3bbd3707, 0x1b446959, 0x28821b1a, 0x41fa04cf, 0x8ed8fa70},
	"snow 224":              {0x401e6aab, 0xd4b1000d, 0x8e4ca1f6, 0x575a4112, 0x87b3cded},
	"elastic_transform 32":  {0xffa2db7b, 0x3b06dfbc, 0xb008b591, 0x52fd06d9, 0x9b7921b6},
	"elastic_transform 224": {0x1cc11530, 0xec5969c1, 0x8f66d7f8, 0x95d71d55, 0xf1e6deec},
}
