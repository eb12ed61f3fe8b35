package corrupt

import "fmt"

// Profile is the image size that a set of published constants was made for.
type Profile int

const (
	Auto     Profile = iota // chosen by the size of the image
	ImageNet                // the constants for 224×224 pixels
	CIFAR                   // the constants for 32×32 pixels
)

// smallSide is the longest shorter side, in pixels, for which Auto chooses CIFAR.
const smallSide = 64

// String returns auto, imagenet or cifar.
func (p Profile) String() string {
	switch p {
	case Auto:
		return "auto"
	case ImageNet:
		return "imagenet"
	case CIFAR:
		return "cifar"
	}
	return fmt.Sprintf("profile(%d)", int(p))
}

// ParseProfile returns the profile with the name that String returns.
func ParseProfile(s string) (Profile, error) {
	for _, p := range []Profile{Auto, ImageNet, CIFAR} {
		if p.String() == s {
			return p, nil
		}
	}
	return Auto, fmt.Errorf("corrupt: unknown profile %q, valid: auto, imagenet, cifar", s)
}

// For returns the profile to use for images of w×h pixels: p itself unless it is Auto, which stands for CIFAR where the
// shorter side is at most 64 pixels, and else for ImageNet.
func (p Profile) For(w, h int) Profile {
	if p != Auto {
		return p
	}
	if min(w, h) <= smallSide {
		return CIFAR
	}
	return ImageNet
}
