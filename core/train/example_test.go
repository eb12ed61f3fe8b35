package train_test

import (
	"context"
	"fmt"

	"steady/core/arch"
	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/nn"
	"steady/core/train"
)

// A network learns to tell dark images from bright ones.
func Example() {
	set := &dataset.Set{Name: "shades", Classes: []string{"dark", "bright"}, C: 1, H: 8, W: 8}
	for i := range 256 {
		set.Labels = append(set.Labels, i%2)
		for p := range 64 {
			set.Pix = append(set.Pix, uint8(150*(i%2)+(i*p)%50))
		}
	}
	recipe, err := train.LookupRecipe("standard")
	if err != nil {
		panic(err)
	}
	config := recipe.Config
	config.Epochs, config.Batch, config.RandomCrop = 5, 16, 1
	config.ShiftRate, config.Cutout = 1, 0 // which are for networks of more channels, and larger images

	backend := cpu.New(0)
	n, err := arch.Compact(nn.Shape{1, 8, 8}, len(set.Classes), [4]int{4, 4, 4, 8})
	if err != nil {
		panic(err)
	}
	train.Initialize(n, config.Seed)
	t, err := train.New(backend, n, set, config)
	if err != nil {
		panic(err)
	}
	for !t.Done() {
		if err := t.RunEpoch(context.Background(), nil); err != nil {
			panic(err)
		}
		// t.Checkpoint(file) here makes the run one that can be resumed.
	}
	if err := t.Store(); err != nil {
		panic(err)
	}
	accuracy, err := eval.AccuracyOn(context.Background(), backend, n, set)
	fmt.Println(accuracy, err)
	// Output: 1 <nil>
}
