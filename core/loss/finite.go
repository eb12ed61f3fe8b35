package loss

import (
	"errors"
	"fmt"
)

// ErrNotFinite matches errors about logits or gradients that are NaN or infinite.
var ErrNotFinite = errors.New("the network's answer is not finite")

// CheckFinite returns an error that matches [ErrNotFinite] and names the logit, unless all of one image are finite.
func CheckFinite(logits []float32) error {
	for k, z := range logits {
		if z-z != 0 { // NaN or infinite
			return fmt.Errorf("%w: logit %d is %v", ErrNotFinite, k, z)
		}
	}
	return nil
}
