package corrupt

import "fmt"

// Profile chooses the picture size that the constants were made for.
type Profile int

const (
	Auto     Profile = iota // by the size of the picture
	ImageNet                // 224 pixels
	CIFAR                   // 32 pixels
)

// smallSide is the longest shorter side at which Auto still takes the constants for 32 pixels.
const smallSide = 64

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

// ParseProfile reads what String writes.
func ParseProfile(s string) (Profile, error) {
	for _, p := range []Profile{Auto, ImageNet, CIFAR} {
		if p.String() == s {
			return p, nil
		}
	}
	return Auto, fmt.Errorf("corrupt: profile %q: want auto, imagenet or cifar", s)
}

// For is the profile to use for pictures of w×h pixels: p itself unless it is Auto.
func (p Profile) For(w, h int) Profile {
	if p != Auto {
		return p
	}
	if min(w, h) <= smallSide {
		return CIFAR
	}
	return ImageNet
}
