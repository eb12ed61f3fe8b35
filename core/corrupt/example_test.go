package corrupt_test

import (
	"fmt"

	"steady/core/corrupt"
	"steady/core/img"
)

func Example() {
	photo := img.New(32, 32) // or img.Decode
	for i := range photo.Pix {
		photo.Pix[i] = .5
	}
	c, err := corrupt.Lookup("brightness")
	if err != nil {
		fmt.Println(err)
		return
	}
	bright := img.New(photo.W, photo.H)
	if err := c.Apply(bright, photo, corrupt.Options{Severity: 5}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Summary)
	fmt.Println(c.Family, c.Stochastic)
	fmt.Printf("%.1f becomes %.1f\n", photo.Pix[0], bright.Pix[0])
	// Output:
	// Makes the image brighter and keeps its colors, as glaring light does.
	// weather false
	// 0.5 becomes 0.8
}
