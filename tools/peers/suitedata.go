package main

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"

	"steady/core/img"
)

// suitePhotos are what the images of the suites are cut from.
var suitePhotos = []string{"astronaut", "chelsea", "coffee", "rocket"}

// cuttings returns a function that returns random parts of photographs, scaled to a size.
func cuttings(w, h int) (func() *img.Image, error) {
	var photos []*image.NRGBA
	for _, name := range suitePhotos {
		file, err := os.ReadFile(filepath.Join("web", "static", "photos", name+".jpg"))
		if err != nil {
			return nil, err
		}
		photo, err := jpeg.Decode(bytes.NewReader(file))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		photos = append(photos, img.FromImage(photo).ToImage())
	}
	r := rand.New(rand.NewPCG(1, 1))
	return func() *img.Image {
		photo := photos[r.IntN(len(photos))]
		side := photo.Rect.Dy()/2 + r.IntN(photo.Rect.Dy()/2)
		from := image.Pt(r.IntN(photo.Rect.Dx()-side), r.IntN(photo.Rect.Dy()-side))
		return img.FromImage(photo.SubImage(image.Rectangle{from, from.Add(image.Pt(side, side))})).Fit(w, h)
	}, nil
}

// writeCIFAR writes images in CIFAR-10's form.
func writeCIFAR(dir string, n int) (data, script string, err error) {
	next, err := cuttings(32, 32)
	if err != nil {
		return "", "", err
	}
	var file []byte
	for i := range n {
		file = append(file, byte(i%10))
		m := next()
		for c := range 3 {
			for _, v := range m.Plane(c) {
				file = append(file, byte(255*v+.5))
			}
		}
	}
	script = filepath.Join(dir, "test_batch.bin")
	return dir, script, os.WriteFile(script, file, 0o600)
}

// writeJPEGs writes JPEGs of 500×375 pixels, as most of ImageNet are, into folders by class.
func writeJPEGs(dir string, n int) (data, script string, err error) {
	next, err := cuttings(500, 375)
	if err != nil {
		return "", "", err
	}
	data = filepath.Join(dir, "images")
	for i := range n {
		folder := filepath.Join(data, strconv.Itoa(i%10))
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return "", "", err
		}
		var file bytes.Buffer
		if err := jpeg.Encode(&file, next().ToImage(), &jpeg.Options{Quality: 90}); err != nil {
			return "", "", err
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%06d.jpg", i)), file.Bytes(), 0o600); err != nil {
			return "", "", err
		}
	}
	return data, data, nil
}
