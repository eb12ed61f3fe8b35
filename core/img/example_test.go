package img_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"

	"steady/core/img"
)

func Example() {
	var file bytes.Buffer
	png.Encode(&file, image.NewGray(image.Rect(0, 0, 640, 480)))

	m, err := img.Decode(&file, img.DefaultMaxPixels)
	if err != nil {
		fmt.Println(err)
		return
	}
	m = m.Fit(224, 224) // what a network for images of 224×224 takes
	fmt.Println(m.W, m.H, len(m.Pix), m.Plane(0)[0])
	// Output: 224 224 150528 0
}
