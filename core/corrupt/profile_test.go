package corrupt

import (
	"strings"
	"testing"
)

func TestProfiles(t *testing.T) {
	for _, p := range []Profile{Auto, ImageNet, CIFAR} {
		if got, err := ParseProfile(p.String()); got != p || err != nil {
			t.Errorf("ParseProfile(%q) = %v, %v", p, got, err)
		}
	}
	if _, err := ParseProfile("mnist"); err == nil || !strings.Contains(err.Error(), "cifar") {
		t.Errorf("an unknown profile: %v", err)
	}
	for _, c := range []struct {
		p    Profile
		w, h int
		want Profile
	}{{Auto, 32, 32, CIFAR}, {Auto, 64, 500, CIFAR}, {Auto, 65, 65, ImageNet}, {CIFAR, 500, 500, CIFAR},
		{ImageNet, 8, 8, ImageNet}} {
		if got := c.p.For(c.w, c.h); got != c.want {
			t.Errorf("%v.For(%d, %d) = %v, want %v", c.p, c.w, c.h, got, c.want)
		}
	}
}
