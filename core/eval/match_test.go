package eval

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"steady/core/dataset"
	"steady/core/dataset/imagenet"
)

// imageNet are the names of ImageNet's classes, as network files have them.
func imageNet(form func(c imagenet.Class) string) (names []string) {
	for _, c := range imagenet.Classes() {
		names = append(names, form(c))
	}
	return names
}

func TestMatchClasses(t *testing.T) {
	words := func(s string) []string { return strings.Fields(s) }
	full := imageNet(func(c imagenet.Class) string { return c.Name })
	firstName := imageNet(func(c imagenet.Class) string {
		name, _, _ := strings.Cut(c.Name, ",")
		return strings.ReplaceAll(name, " ", "_")
	})
	ids := imageNet(func(c imagenet.Class) string { return c.WNID })
	withIDs := imageNet(func(c imagenet.Class) string { return c.WNID + " " + c.Name })
	wnids := words("n01440764 n02123045 n03126707") // tench, tabby, the crane that lifts
	toImageNet := []int{0, 281, 517}
	for _, c := range []struct {
		what         string
		set, network []string
		classes      int
		given        map[string]string
		want         []int
		text         string // part of it; "" for none at all
		doubtful     bool
	}{
		{"no names of the set", nil, words("a b"), 2, nil, nil, "", false},
		{"the same names", words("a b"), words("a b"), 2, nil, []int{0, 1}, "", false},
		{"another order", words("blue green red"), words("red green blue"), 3, nil, []int{2, 1, 0}, "by name: blue is 2", false},
		{"a subset", words("n02 n04"), words("n01 n02 n03 n04"), 4, nil, []int{1, 3}, "2 of the network's 4", false},
		{"other spelling", []string{"Golden-Retriever", "tabby_cat"}, []string{"tabby cat", "golden retriever"}, 2, nil,
			[]int{1, 0}, "by name", false},
		{"a whole name before a part", words("cat"), []string{"cat, feline", "cat"}, 2, nil, []int{1}, "by name", false},
		{"numbers", words("0 2 10"), nil, 12, nil, []int{0, 2, 10}, "by their numbers", false},
		{"numbers, and other names", words("0 2"), words("a b c"), 3, nil, []int{0, 2}, "by their numbers", false},
		{"numbers that are names", words("0 1 2"), words("2 1 0"), 3, nil, []int{2, 1, 0}, "by name", false},
		{"numbers from 1", words("1 2 3"), nil, 3, nil, []int{0, 1, 2}, "no names", false},
		{"ImageNet, no names", wnids, nil, 1000, nil, toImageNet, "by WordNet ID: n01440764 is 0 (tench", false},
		{"ImageNet, all names", wnids, full, 1000, nil, toImageNet, "by WordNet ID", false},
		{"ImageNet, first names", wnids, firstName, 1000, nil, toImageNet, "by WordNet ID", false},
		{"ImageNet, IDs", wnids, ids, 1000, nil, toImageNet, "by name", false},
		{"ImageNet, IDs and names", wnids, withIDs, 1000, nil, toImageNet, "by name", false},
		{"ImageNet of TensorFlow", wnids, nil, 1001, nil, []int{1, 282, 518}, "by WordNet ID", false},
		{"ImageNet by name", []string{"tabby", "goldfish"}, nil, 1000, nil, []int{281, 1}, "by name", false},
		{"folders of ID and name", []string{"n02123045-tabby", "n01440764_tench"}, nil, 1000, nil, []int{281, 0}, "ID", false},
		{"IDs for a few names", wnids[:2], []string{"tabby", "tench"}, 2, nil, []int{1, 0}, "by WordNet ID", false},
		{"no names of the network", words("a b"), nil, 2, nil, []int{0, 1}, "no names", false},
		{"and more classes", words("a b"), nil, 3, nil, []int{0, 1}, "first 2", true},
		{"nothing alike", words("a b"), words("c d"), 2, nil, []int{0, 1}, "no class of the data set (a, b)", true},
		{"one unlike, in place", words("airplane bird car"), words("airplane bird automobile"), 3, nil, []int{0, 1, 2},
			"the others (car)", true},
		{"a map", words("a b"), words("c d"), 2, map[string]string{"a": "d", "b": "0"}, []int{1, 0}, "by the class map", false},
		{"a map of one", words("a b"), words("b c"), 2, map[string]string{"a": "c"}, []int{1, 0}, "by the class map", false},
		{"a map to ImageNet", words("a"), nil, 1000, map[string]string{"a": "n02123045"}, []int{281}, "class map", false},
	} {
		m, err := MatchClasses(c.set, c.network, c.classes, c.given)
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if !slices.Equal(m.Classes, c.want) || m.Doubtful != c.doubtful || !strings.Contains(m.Text, c.text) ||
			c.text == "" && m.Text != "" {
			t.Errorf("%s: %v, doubtful %v, %q: want %v, %v, %q", c.what, m.Classes, m.Doubtful, m.Text, c.want, c.doubtful, c.text)
		}
		if m.Names != nil && len(m.Names) != c.classes {
			t.Errorf("%s: %d names of %d classes", c.what, len(m.Names), c.classes)
		}
	}
	for _, c := range []struct {
		what         string
		set, network []string
		classes      int
		given        map[string]string
		text         string
	}{
		{"some unknown", words("a x y"), words("a b c d"), 4, nil, "2 of the data set's 3 classes are not found among the network's 4: x, y"},
		{"all unknown, fewer", words("x y"), words("a b c"), 3, nil, "x, y"},
		{"some in another place", words("b a x"), words("a b c"), 3, nil, "x"},
		{"more than the network has", words("x y z"), nil, 2, nil, "x, y, z"},
		{"a number too large", words("0 7"), nil, 5, nil, "class 7"},
		{"two of one", []string{"a-b", "a_b"}, words("a_b c"), 2, nil, "both the network's class 0"},
		{"two of the network", words("crane goldfish"), full, 1000, nil, "crane"},
		{"a map to nothing", words("a b"), words("c d"), 2, map[string]string{"a": "e", "b": "c"}, `"e" for "a"`},
		{"a number beyond", words("a b"), words("c d"), 2, map[string]string{"a": "2", "b": "c"}, "from 0 to 1"},
		{"a map without a class", words("a b"), words("c d"), 2, map[string]string{"a": "c"}, `"b" is neither`},
		{"a map for arrays", nil, words("c d"), 2, map[string]string{"a": "c"}, "no names"},
	} {
		m, err := MatchClasses(c.set, c.network, c.classes, c.given)
		if !errors.Is(err, ErrClasses) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %+v, %v: want an error with %q", c.what, m, err, c.text)
		}
	}
}

func TestMatchingApply(t *testing.T) {
	fsys := fstest.MapFS{"green/1.png": {}, "blue/1.png": {}}
	images, err := dataset.Open(fsys, ".", dataset.Test, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := MatchClasses(images.Classes, []string{"red", "green", "blue"}, 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r := m.Apply(images); !slices.Equal(r.Labels, []int{2, 1}) || r.File(0) != "blue/1.png" || r.Classes[2] != "blue" {
		t.Errorf("labels %v of %q", r.Labels, r.Classes)
	}
}

func TestParseClassMap(t *testing.T) {
	for _, text := range []string{
		"cat,281\ndog,big dog\n", "\ufeffcat\t281\r\ndog\tbig dog\r\n", `{"cat": 281, "dog": "big dog"}`, "cat, 281\n\ndog, big dog",
	} {
		m, err := ParseClassMap([]byte(text))
		if err != nil || len(m) != 2 || m["cat"] != "281" || m["dog"] != "big dog" {
			t.Errorf("%q: %q, %v", text, m, err)
		}
	}
	for text, want := range map[string]string{
		"": "empty", "{}": "empty", "cat\n": "as in cat,3", "a,1\na,2\n": `"a" is mapped`, `{"a": [1]}`: "name or the number", "{": "class map",
	} {
		if m, err := ParseClassMap([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q, %v: want an error with %q", text, m, err, want)
		}
	}
}

// The names in a class map are compared as all names are.
func TestClassMapPlain(t *testing.T) {
	network := []string{"red", "green", "blue"}
	m, err := MatchClasses([]string{"Sky_Blue", "green"}, network, 3, map[string]string{"sky blue": "2"})
	if err != nil || !slices.Equal(m.Classes, []int{2, 1}) {
		t.Errorf("%+v, %v, want classes 2 and 1", m, err)
	}
	_, err = MatchClasses([]string{"sky"}, network, 3, map[string]string{"sky": "2", "SKY": "1"})
	if !errors.Is(err, ErrClasses) {
		t.Errorf("a name with two classes: %v", err)
	}
}
