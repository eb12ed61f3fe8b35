package dataset_test

import (
	"bytes"
	"fmt"
	"testing/fstest"

	"steady/core/dataset"
)

// Two arrays are written and read back as a set. On a machine, the file system is os.DirFS of a folder.
func ExampleLoad() {
	var images, labels bytes.Buffer
	w, _ := dataset.NewNPYWriter(&images, dataset.Uint8, 2, 1, 2, 3) // N × height × width × 3
	w.WriteUint8([]uint8{1, 2, 3, 4, 5, 6})
	w.WriteUint8([]uint8{255, 254, 253, 0, 0, 0})
	w, _ = dataset.NewNPYWriter(&labels, dataset.Int64, 2)
	w.WriteInt64([]int{7, 3})
	folder := fstest.MapFS{"images.npy": {Data: images.Bytes()}, "classes.npy": {Data: labels.Bytes()}}

	set, err := dataset.Load(folder, "images.npy,classes.npy", dataset.Test, dataset.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(set.Len(), "images of", set.W, "×", set.H, "labels", set.Labels, "planes of the first", set.Image(0))

	_, err = dataset.Load(folder, "images.npy", dataset.Test, dataset.Options{})
	fmt.Println(err)
	// Output:
	// 2 images of 2 × 1 labels [7 3] planes of the first [1 4 2 5 3 6]
	// dataset: images.npy: one array is not a set: give images and labels, as in images.npy,labels.npy
}
