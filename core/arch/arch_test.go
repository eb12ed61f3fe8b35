package arch

import (
	"errors"
	"testing"

	"steady/core/nn"
)

func TestArchitectures(t *testing.T) {
	for name, want := range map[string]struct {
		params int
		macs   int64
	}{
		"whitened": {862346, 59352640},
		"small":    {121202, 8405632},
		"compact":  {722432, 33179200},
		"resnet20": {272474, 40813184},
	} {
		a, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		n, err := a.Build(nn.Shape{3, 32, 32}, 10)
		if err != nil {
			t.Fatal(err)
		}
		if err := n.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n.Classes() != 10 || n.ParamCount() != want.params || n.MACs() != want.macs {
			t.Errorf("%s: %d classes, %d parameters, %d multiply-adds: want 10, %d, %d",
				name, n.Classes(), n.ParamCount(), n.MACs(), want.params, want.macs)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, a := range All() {
		for _, image := range []nn.Shape{{1, 28, 28}, {3, 8, 8}, {2, 33, 17}} {
			n, err := a.Build(image, 2)
			if err != nil {
				t.Fatalf("%s for %v: %v", a.Name, image, err)
			}
			if err := n.Validate(); err != nil {
				t.Errorf("%s for %v: %v", a.Name, image, err)
			}
		}
		for _, image := range []nn.Shape{{3, 7, 32}, {3, 32}, {0, 32, 32}, nil} {
			if _, err := a.Build(image, 10); err == nil {
				t.Errorf("%s for %v: no error", a.Name, image)
			}
		}
		if _, err := a.Build(nn.Shape{3, 32, 32}, 1); err == nil {
			t.Errorf("%s for one class: no error", a.Name)
		}
	}
	if _, err := Lookup("resnet2000"); !errors.Is(err, ErrUnknown) {
		t.Errorf("an unknown name: %v, want ErrUnknown", err)
	}
}
