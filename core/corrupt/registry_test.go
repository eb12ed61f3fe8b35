package corrupt

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestDescriptions(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range All() {
		if c.Name == "" || c.Family == "" || c.Summary == "" || c.Severity() == "" || c.Source == "" || c.apply == nil {
			t.Errorf("%q lacks something", c.Name)
		}
		if strings.ContainsAny(c.Severity(), "{}") {
			t.Errorf("%s: what severities mean is %q, with braces of Go's structs", c.Name, c.Severity())
		}
		if seen[c.Name] || c.Name != plainName(c.Name) {
			t.Errorf("the name %q is not unique and plain", c.Name)
		}
		if !strings.HasSuffix(c.Summary, ".") || strings.Count(c.Summary, "\n") > 0 {
			t.Errorf("%s: the summary is not a sentence: %q", c.Name, c.Summary)
		}
		seen[c.Name] = true
	}
}

func TestLookup(t *testing.T) {
	for _, c := range All() {
		if got, err := Lookup(c.Name); got != c || err != nil {
			t.Errorf("Lookup(%q) = %v, %v", c.Name, got, err)
		}
	}
	for name, hint := range map[string]string{
		"gausian_noise": "did you mean gaussian_noise?", "JPEG": "did you mean jpeg_compression?",
		"gaussian-blur": "did you mean gaussian_blur?", "frog": "did you mean fog?", "": "valid: gaussian_noise",
		"gaussian": "did you mean gaussian_noise or gaussian_blur or laugros/gaussian?", "motion blurr": "did you mean motion_blur?",
		"xyzzy": "valid: gaussian_noise", strings.Repeat("x", 1<<20): "valid: ",
	} {
		c, err := Lookup(name)
		if c != nil || !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), hint) {
			t.Errorf("Lookup(%.20q): %.200v, want %q", name, err, hint)
		}
	}
}

func ExampleLookup() {
	_, err := Lookup("gausian_blur")
	fmt.Println(err)
	// Output: corrupt: unknown corruption "gausian_blur": did you mean gaussian_blur?
}

func TestSuites(t *testing.T) {
	if got := slices.Concat(In(ImageNetC), In(ImageNetCExtra), In(Laugros)); !slices.Equal(got, All()) {
		t.Error("the suites are not all there is")
	}
	if got := In("no such"); len(got) > 0 {
		t.Errorf("a suite that is none has %d corruptions", len(got))
	}
}

func TestSelect(t *testing.T) {
	list, err := Select([]string{"fog", "laugros/rain", "fog"}, []string{string(ImageNetCExtra)})
	if err != nil || len(list) != 2+len(In(ImageNetCExtra)) || list[0].Name != "fog" || list[1].Name != "laugros/rain" {
		t.Errorf("%d corruptions, %v", len(list), err)
	}
	for _, bad := range [][2][]string{{{"frog"}, nil}, {nil, {"imagenet-d"}}} {
		if _, err := Select(bad[0], bad[1]); !errors.Is(err, ErrUnknown) {
			t.Errorf("%v: %v, want ErrUnknown", bad, err)
		}
	}
	total := 0
	for _, s := range Suites() {
		total += len(In(Suite(s)))
	}
	if total != len(All()) {
		t.Errorf("the suites have %d corruptions, want %d", total, len(All()))
	}
}
