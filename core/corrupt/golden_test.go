package corrupt

import (
	"fmt"
	"hash/fnv"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/img"
)

// hash is that of the bytes that a file of the image would hold.
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

	"laugros/gaussian 32":            {0x9a99973c, 0x81edc2b4, 0x18afcece, 0xe4b36d47, 0xbadd489a},
	"laugros/gaussian 224":           {0xcc38b9ee, 0xa4c52064, 0xda945c66, 0xa4ee49d5, 0x5bcd68fb},
	"laugros/salt_pepper 32":         {0x6f133994, 0xd86a8f6b, 0xf297131f, 0xf1800f19, 0x7bafa982},
	"laugros/salt_pepper 224":        {0xbb992210, 0xb4843418, 0x596e12e4, 0xb0ad22aa, 0xb6552640},
	"laugros/blur 32":                {0x39f665c4, 0x7be29102, 0x6e39fcda, 0x55543fbe, 0xa9c2f899},
	"laugros/blur 224":               {0xe05e80ad, 0xf5a5efdc, 0x735542cc, 0xccc8b574, 0x5c98718f},
	"laugros/thumbnail_resize 32":    {0xfbac1319, 0x1a30a63f, 0x8fdcd813, 0x0d1d7d7f, 0xc00e4f22},
	"laugros/thumbnail_resize 224":   {0x3b35f7a5, 0xd400bbf3, 0xc08374b9, 0x20fc3ece, 0x5465b21d},
	"laugros/pixelate 32":            {0xa94ed365, 0xa94ed365, 0xb2c32d90, 0xb2c32d90, 0xb48ee535},
	"laugros/pixelate 224":           {0xf1c48aa1, 0xf1c48aa1, 0x1b7c799e, 0x1b7c799e, 0x6841ff05},
	"laugros/quantization 32":        {0x1f4f8cf8, 0xb715bf28, 0x399857ca, 0xe4909c08, 0x237bfc7a},
	"laugros/quantization 224":       {0xbc86b0e8, 0x5e46654f, 0x86a21440, 0xdc01925c, 0x5cca9dc0},
	"laugros/contrast 32":            {0x09fede7e, 0x5b50a69d, 0x48830e28, 0xadcc2f15, 0xef8713cf},
	"laugros/contrast 224":           {0x6e99d31e, 0xbfcb52c9, 0xc2eee9a1, 0x9ccb120d, 0x1b6fe314},
	"laugros/brightness 32":          {0xcc8b31cc, 0xad8dcc94, 0x6a8fcdcb, 0xd27f42e3, 0x539c1bba},
	"laugros/brightness 224":         {0x0ba3834c, 0x24ee9349, 0x4c45969c, 0xc8ba9671, 0x83197d56},
	"laugros/backlight 32":           {0xa3c6909e, 0x21d4ad49, 0xa96b5ee8, 0xecd67ffd, 0x13ce7e22},
	"laugros/backlight 224":          {0xd87dbc0e, 0xa6412c74, 0x0e456437, 0x655a0d51, 0x5bd5ba43},
	"laugros/color_distortion 32":    {0x5ef29c16, 0x19310f7a, 0xa3184459, 0xa43352cf, 0x289477ed},
	"laugros/color_distortion 224":   {0xeb81448e, 0xb97555d3, 0xe5dac0cc, 0xdc468d84, 0x7df624ba},
	"laugros/hue 32":                 {0x72d4eb55, 0x3a3d9a03, 0xe65c88b2, 0x0088c6b5, 0x2c907fa1},
	"laugros/hue 224":                {0xc29a997b, 0x29e24bb8, 0x256ea36b, 0xc794d06d, 0x17be2a31},
	"laugros/gray_scale 32":          {0xe92dfe39, 0x39771b24, 0xa46a2c66, 0x7ba756e8, 0x14deb9c1},
	"laugros/gray_scale 224":         {0x6f7333a8, 0x8494d4ee, 0x355e06fd, 0x44104576, 0x1b755618},
	"laugros/obstruction 32":         {0x39e5b46a, 0x49d73b78, 0xf3d505c4, 0x62036774, 0x7253389e},
	"laugros/obstruction 224":        {0xe16666a6, 0xf66921cb, 0x227576ad, 0xb126db60, 0xd9231b28},
	"laugros/border 32":              {0xb823db5e, 0xff178a5f, 0x2051bd00, 0xa07538c8, 0xbe207796},
	"laugros/border 224":             {0x801859af, 0x426d94bb, 0xaeb9d9e2, 0x0aca8d02, 0x121d35cf},
	"laugros/rhombus 32":             {0x1d0dec57, 0xf0c7293f, 0xa944b9c2, 0x7036de9b, 0x5938a9e1},
	"laugros/rhombus 224":            {0x18161221, 0x243cb7a3, 0x4aba0298, 0x93db0c9c, 0x5fea18fa},
	"laugros/arlequin 32":            {0xefd6b2e3, 0xda14c5d3, 0xde9c155b, 0x57170602, 0x4b109248},
	"laugros/arlequin 224":           {0xe13f3ae9, 0x46dae71a, 0x7c796d63, 0x9600ec09, 0xc8ed9084},
	"laugros/circle 32":              {0x2eccbca4, 0xfeaf4a75, 0x8841aaf6, 0x9dffae0e, 0x8514f1f3},
	"laugros/circle 224":             {0x5103de13, 0x83d4d5a5, 0x3cd291e0, 0x452ecb40, 0x1ef4993a},
	"laugros/rain 32":                {0x9012fc8d, 0x2a3f1893, 0x39937871, 0x00c5df46, 0x423b0cfa},
	"laugros/rain 224":               {0x66d9c113, 0xee764d96, 0xc8f44b4b, 0xa64d21d1, 0x28ce4dc4},
	"laugros/artifacts 32":           {0x3723f959, 0x04b9e5b5, 0x7bc30fd8, 0x57e95b24, 0x7d88426a},
	"laugros/artifacts 224":          {0x25a59c27, 0x6623a57c, 0x929141eb, 0xb45c2a4c, 0xd8eed6bd},
	"laugros/vertical_artifacts 32":  {0x6ff4ecb1, 0xa7b71385, 0x18a51d7f, 0x966ccca0, 0x0909d945},
	"laugros/vertical_artifacts 224": {0x9ae115b7, 0x7418c659, 0x206156f8, 0x58b531c0, 0x826627e0},
	"laugros/rotation 32":            {0xf65b0a6d, 0x3b567634, 0x0fa652a4, 0x333b872d, 0xbfb902cf},
	"laugros/rotation 224":           {0x5e63ddf9, 0x143f0e24, 0x9762dedb, 0xa1d425bf, 0x95d4bf97},
	"laugros/translation 32":         {0x8c98a495, 0xf2804c62, 0x89df2200, 0xc8a13291, 0x3dabfa40},
	"laugros/translation 224":        {0x7fcd9894, 0xef45efbb, 0x39161d23, 0xd1b51660, 0x153ed143},
	"laugros/shear 32":               {0xa7797223, 0xa108d174, 0xc08af734, 0x3336ec41, 0xef1c4060},
	"laugros/shear 224":              {0x5d209b4d, 0x46d1a52b, 0x9e1db587, 0x168c8b65, 0xe9cd3cf7},
	"laugros/elastic 32":             {0x72288f74, 0x818a7bda, 0xd49d7ccf, 0x4b47ab6e, 0x4b47ab6e},
	"laugros/elastic 224":            {0x5cb93866, 0x14281937, 0xb87fabe9, 0x135c5301, 0x0ac75035},
}
