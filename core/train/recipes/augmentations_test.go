package recipes

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// What the operations make of small images is what Pillow makes of them, to the byte: testdata/record_augmix.py.
func TestAugmentationsAgainstPillow(t *testing.T) {
	file, err := os.ReadFile("testdata/augmix.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct {
		Images []struct {
			Width, Height int
			Pixels        []byte
			Results       []struct {
				Name   string
				Amount float64
				Pixels []byte
			}
		}
	}
	if err := json.Unmarshal(file, &recorded); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, image := range recorded.Images {
		src := &planes{image.Width, image.Height, image.Pixels}
		for _, want := range image.Results {
			got := &planes{image.Width, image.Height, slices.Repeat([]byte{77}, len(image.Pixels))}
			switch amount := int(want.Amount); want.Name {
			case "autocontrast":
				autocontrast(got, src)
			case "equalize":
				equalize(got, src)
			case "posterize":
				posterize(got, src, amount)
			case "rotate":
				rotate(got, src, amount)
			case "solarize":
				solarize(got, src, amount)
			case "shear_x":
				affine(got, src, [6]float64{1, want.Amount, 0, 0, 1, 0})
			case "shear_y":
				affine(got, src, [6]float64{1, 0, 0, want.Amount, 1, 0})
			case "translate_x":
				affine(got, src, [6]float64{1, 0, want.Amount, 0, 1, 0})
			case "translate_y":
				affine(got, src, [6]float64{1, 0, 0, 0, 1, want.Amount})
			default:
				t.Fatalf("no operation %q", want.Name)
			}
			seen[want.Name]++
			if !slices.Equal(got.pix, want.Pixels) {
				n, most := 0, 0
				for i, v := range got.pix {
					if d := int(v) - int(want.Pixels[i]); d != 0 {
						n++
						most = max(most, d, -d)
					}
				}
				t.Errorf("%s %g of %d×%d: %d of %d pixels differ, by up to %d",
					want.Name, want.Amount, image.Width, image.Height, n, len(got.pix), most)
			}
		}
	}
	if len(seen) != 9 || len(recorded.Images) != 4 {
		t.Errorf("recorded are %v", seen)
	}
}
