//go:build ignore

// Generate makes the files of the built-in set from the test set of Fashion-MNIST, as Debian's package
// dataset-fashion-mnist has it. It writes the same bytes each time.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"flag"
	"log"
	"os"

	"steady/core/dataset"
)

const perClass = 100

func main() {
	log.SetFlags(0)
	from := flag.String("from", "", "folder with t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz")
	flag.Parse()
	set, err := dataset.Load(os.DirFS(*from), ".", dataset.Test, dataset.Options{})
	if err != nil {
		log.Fatal(err)
	}
	if set.Name != "fashion-mnist-test" {
		log.Fatalf("%s: these are not the labels of Fashion-MNIST's test set", *from)
	}
	var labels, pix []byte
	count := map[int]int{}
	for i, l := range set.Labels {
		if count[l]++; count[l] <= perClass {
			labels = append(labels, byte(l))
			pix = append(pix, set.Image(i)...)
		}
	}
	n := len(labels)
	write("images-idx3-ubyte.gz", idx(pix, n, set.H, set.W))
	write("labels-idx1-ubyte.gz", idx(labels, n))
}

// idx returns an IDX file of bytes.
func idx(data []byte, dims ...int) []byte {
	b := []byte{0, 0, 8, byte(len(dims))}
	for _, d := range dims {
		b = binary.BigEndian.AppendUint32(b, uint32(d))
	}
	return append(b, data...)
}

func write(name string, b []byte) {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(b)
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = os.WriteFile(name, packed.Bytes(), 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}
