package corrupt

import (
	"fmt"
	"hash/fnv"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/img"
)

// hash is that of the bytes that a file of the image holds.
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
			src, dst := imagetest.Synthetic(side, side), img.New(side, side)
			var got [5]uint32
			for i := range got {
				dst.CopyFrom(src)
				if err := c.ApplyBytes(dst, Options{Severity: i + 1, Seed: 1, Index: 2}); err != nil {
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
// same images: the two agree to the byte.
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
	"frost 32":              {0x6e51d68a, 0x7b6ebc4c, 0xcd96bc5b, 0xfed0f891, 0xc3a209b2},
	"frost 224":             {0x5986f842, 0x572d5575, 0x264007a4, 0x65096933, 0x12a2ee33},
	"spatter 32":            {0x92e322f6, 0x65014522, 0x1663ebb2, 0x6f60b5f6, 0x1f365196},
	"spatter 224":           {0xedd0faed, 0xc5fe259b, 0x683b470e, 0xa0b6b8f4, 0xf331c345},
	"elastic_transform 32":  {0xffa2db7b, 0x312832a3, 0x279f69b3, 0x293168dc, 0xe050b914},
	"elastic_transform 224": {0x3a749c18, 0x12a1ccc1, 0x42ca36b1, 0x151df136, 0xb1f067cd},

	"laugros/gaussian 32":            {0x93239650, 0x7b05d44d, 0x2150c643, 0x23e88c57, 0xa76703d8},
	"laugros/gaussian 224":           {0x64757c8a, 0x6d4ba2c9, 0x5456904e, 0xace4051e, 0x670e089c},
	"laugros/salt_pepper 32":         {0x6f133994, 0xd86a8f6b, 0xf297131f, 0xf1800f19, 0x7bafa982},
	"laugros/salt_pepper 224":        {0xbb992210, 0xb4843418, 0x596e12e4, 0xb0ad22aa, 0xb6552640},
	"laugros/blur 32":                {0x39a3a051, 0x5abd4772, 0x35ac82ca, 0xfc717b44, 0x05a8930f},
	"laugros/blur 224":               {0xab60044d, 0x025ce52c, 0x97efb9e7, 0x37d1f889, 0xe6a1151e},
	"laugros/thumbnail_resize 32":    {0x26b9e8f1, 0x2dc00394, 0x5afca3a8, 0x1a56e435, 0x0550bb6a},
	"laugros/thumbnail_resize 224":   {0x0edba7d1, 0xb8568765, 0x408b92fd, 0xc3efc361, 0xb052f57f},
	"laugros/pixelate 32":            {0xe4bbd149, 0xe4bbd149, 0x66c976e2, 0x66c976e2, 0x2e413d55},
	"laugros/pixelate 224":           {0x98af74c9, 0x98af74c9, 0x53199573, 0x53199573, 0xaae775b5},
	"laugros/quantization 32":        {0x0c620eca, 0xe544e30b, 0xa4d40e53, 0xe4909c08, 0x237bfc7a},
	"laugros/quantization 224":       {0x8eb23e1f, 0x5a5f849b, 0x949820e7, 0xdc01925c, 0x5cca9dc0},
	"laugros/contrast 32":            {0xa7079369, 0x2c1fa9f3, 0x1791a6bb, 0xd0ae1b70, 0xe0fefd4d},
	"laugros/contrast 224":           {0xd057e8a6, 0x086dc5ae, 0x4f2b6ab4, 0x8861e499, 0x0e7b029d},
	"laugros/brightness 32":          {0xcc8b31cc, 0xad8dcc94, 0x6a8fcdcb, 0xd27f42e3, 0x539c1bba},
	"laugros/brightness 224":         {0x0ba3834c, 0x24ee9349, 0x4c45969c, 0xc8ba9671, 0x83197d56},
	"laugros/backlight 32":           {0x7b377407, 0xa6f49c13, 0x313a7bea, 0xf1837a22, 0xbd9af786},
	"laugros/backlight 224":          {0x78f8ab79, 0x582510a6, 0x9c733985, 0xb4fded61, 0xed52ecee},
	"laugros/color_distortion 32":    {0x04fd0b82, 0x4c633e5a, 0xa3184459, 0x87a99812, 0x289477ed},
	"laugros/color_distortion 224":   {0xc93b7a43, 0xa7106aa8, 0xe5dac0cc, 0xb949edaf, 0x7df624ba},
	"laugros/hue 32":                 {0x56889ab5, 0xc18b2ec6, 0x1893504d, 0x4bd516bf, 0x81ba5379},
	"laugros/hue 224":                {0x4b5eb5c0, 0xa515ddb8, 0xe3992963, 0x22da6d5b, 0x2da9e8f8},
	"laugros/gray_scale 32":          {0x556af698, 0x95fcf27a, 0x64fec974, 0x445065c2, 0x4dfbae96},
	"laugros/gray_scale 224":         {0x33dd93fe, 0xd8cbdcd1, 0x78d84390, 0x184a4c06, 0x16731102},
	"laugros/obstruction 32":         {0x39e5b46a, 0x49d73b78, 0xf3d505c4, 0x915886fe, 0x7253389e},
	"laugros/obstruction 224":        {0xe16666a6, 0xf66921cb, 0x227576ad, 0x1f02e050, 0xd9231b28},
	"laugros/border 32":              {0xb823db5e, 0x1ab3b4b3, 0x2051bd00, 0x773e2b08, 0xbe207796},
	"laugros/border 224":             {0x801859af, 0xda881bc3, 0xaeb9d9e2, 0xa575355e, 0x121d35cf},
	"laugros/rhombus 32":             {0x2c5c72ed, 0x7a453615, 0xd682a0fe, 0xcc02cfb8, 0x37dd67aa},
	"laugros/rhombus 224":            {0x2e088ea5, 0x3e7af439, 0xc73d5695, 0x933a55f2, 0xa76b73b2},
	"laugros/arlequin 32":            {0x32b5782b, 0x513c2399, 0x1fb6b26f, 0x67004b27, 0xc2330cf1},
	"laugros/arlequin 224":           {0x166d66b9, 0xb8178e8a, 0x3162cebd, 0x89112449, 0x5ded7c40},
	"laugros/circle 32":              {0x5b0c65ad, 0x428232a8, 0xfc3e9128, 0x53fce7bb, 0xc86a8137},
	"laugros/circle 224":             {0x25c4930e, 0x13f5bb24, 0x1ea66f52, 0xdf69e4e2, 0xbd797e62},
	"laugros/rain 32":                {0x68107414, 0x13ff5498, 0x1fdad45b, 0x26e4053d, 0xb5cd5a3d},
	"laugros/rain 224":               {0xe2d75bc8, 0xc2e5ff39, 0x496d0bbc, 0x96921466, 0x97fba880},
	"laugros/artifacts 32":           {0xc3d556ad, 0x068340da, 0xd982486b, 0x57e95b24, 0xc333a003},
	"laugros/artifacts 224":          {0xd0d84484, 0xa6923599, 0xdd3c189a, 0xb45c2a4c, 0x47f8bc4c},
	"laugros/vertical_artifacts 32":  {0xfe865e80, 0x29de4506, 0x33ce718f, 0x8a06bb9f, 0x0909d945},
	"laugros/vertical_artifacts 224": {0x02b1b74a, 0xbc68268b, 0x64d6e1cc, 0x9da26a95, 0x826627e0},
	"laugros/rotation 32":            {0xf65b0a6d, 0x3b567634, 0x0fa652a4, 0x333b872d, 0xbfb902cf},
	"laugros/rotation 224":           {0x24e3bc34, 0xc4f72596, 0x280d80d0, 0xc04259e9, 0x76f5d0e9},
	"laugros/translation 32":         {0x8c98a495, 0xf2804c62, 0x89df2200, 0xc8a13291, 0x3dabfa40},
	"laugros/translation 224":        {0x7fcd9894, 0xef45efbb, 0x39161d23, 0xd1b51660, 0x153ed143},
	"laugros/shear 32":               {0xa7797223, 0xa108d174, 0xc08af734, 0x3336ec41, 0xef1c4060},
	"laugros/shear 224":              {0x5d209b4d, 0x46d1a52b, 0x9e1db587, 0x168c8b65, 0xe9cd3cf7},
	"laugros/elastic 32":             {0xd0fc9656, 0x495a2e26, 0xcb063785, 0xd865eea0, 0xd865eea0},
	"laugros/elastic 224":            {0xc6c364ff, 0xb9191563, 0x246e9e57, 0x183cada8, 0xb394c9fb},
}
