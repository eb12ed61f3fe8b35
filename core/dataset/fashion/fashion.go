package fashion

import (
	"embed"
	"sync"

	"steady/core/dataset"
)

//go:generate go run generate.go -from /usr/share/datasets/fashion-mnist

const (
	imagesFile = "images-idx3-ubyte.gz"
	labelsFile = "labels-idx1-ubyte.gz"
)

//go:embed images-idx3-ubyte.gz labels-idx1-ubyte.gz
var files embed.FS

// Name is the name of the set.
const Name = "fashion"

// Test returns the set. It is unpacked once: all callers share it, and must not change it.
func Test() *dataset.Set { return test() }

var test = sync.OnceValue(func() *dataset.Set {
	s, err := dataset.Arrays(files, imagesFile, labelsFile, dataset.Options{})
	if err != nil {
		panic(err) // the files are part of the program
	}
	s.Name, s.Classes = Name, dataset.FashionNames()
	return s
})
