package imagenet

import (
	"regexp"
	"testing"
)

func TestClasses(t *testing.T) {
	list := Classes()
	if len(list) != 1000 {
		t.Fatalf("%d classes", len(list))
	}
	wnid := regexp.MustCompile(`^n\d{8}$`)
	for i, c := range list {
		if !wnid.MatchString(c.WNID) || c.Name == "" || i > 0 && c.WNID <= list[i-1].WNID {
			t.Errorf("class %d: %+v: want a WordNet ID after that of the class before, and a name", i, c)
		}
		if k, ok := Index(c.WNID); !ok || k != i {
			t.Errorf("Index(%s) = %d, %v, want %d", c.WNID, k, ok, i)
		}
	}
	for i, want := range map[int]Class{
		0: {"n01440764", "tench, Tinca tinca"}, 281: {"n02123045", "tabby, tabby cat"},
		134: {"n02012849", "crane"}, 517: {"n03126707", "crane"}, 999: {"n15075141", "toilet tissue, toilet paper, bathroom tissue"},
	} {
		if list[i] != want {
			t.Errorf("class %d: %+v, want %+v", i, list[i], want)
		}
	}
	if _, ok := Index("n00000000"); ok {
		t.Error("a class that there is not")
	}
}
