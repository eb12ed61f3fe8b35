package option_test

import (
	"fmt"
	"strings"
	"testing"

	"steady/core/option"
)

type lists struct {
	Colors colors
	Depth  int
}

// colors is a list of colors, as text.
type colors string

func (c colors) String() string { return string(c) }

func (c *colors) UnmarshalText(text []byte) error {
	for name := range strings.SplitSeq(string(text), ",") {
		if name != "red" && name != "green" && name != "blue" {
			return &option.Error{Value: fmt.Sprintf("%q", name), Want: "some of red, green, blue"}
		}
	}
	*c = colors(text)
	return nil
}

var listTable = option.Table[lists]{
	{Name: "colors", Help: "colors", List: true, Field: func(l *lists) any { return &l.Colors }},
	{Name: "depth", Help: "depth", Range: option.AtLeast(1), Field: func(l *lists) any { return &l.Depth }},
}

func TestLists(t *testing.T) {
	for text, want := range map[string]lists{
		"colors=red":                       {"red", 1},
		"colors=red,blue":                  {"red,blue", 1},
		"colors = red , blue, depth=2":     {"red,blue", 2},
		"depth=3,colors=green,red,blue":    {"green,red,blue", 3},
		"depth=2 , colors=green,blue ,red": {"green,blue,red", 2},
	} {
		l := lists{"red", 1}
		if err := listTable.Parse(&l, text); err != nil || l != want {
			t.Errorf("%q: %+v, %v, want %+v", text, l, err, want)
		}
		again := lists{"red", 1}
		if err := listTable.Parse(&again, listTable.Format(&l, &again)); err != nil || again != want {
			t.Errorf("%q: formatted and read again it is %+v, %v", text, again, err)
		}
	}
	for text, want := range map[string]string{
		"colors=red,pink":        `colors is "pink": want some of red, green, blue`,
		"colors=red,":            `colors is "": want some of red, green, blue`,
		"depth=2,red":            `"red": want name=value`,
		"red,colors=red":         `"red": want name=value`,
		"colors=red,colors=blue": "colors is given twice",
		"colors=red,height=1":    `no option "height"; valid: colors, depth`,
	} {
		l := lists{"red", 1}
		if err := listTable.Parse(&l, text); err == nil || err.Error() != want || l != (lists{"red", 1}) {
			t.Errorf("%q: %+v, %v, want %s", text, l, err, want)
		}
	}
	var l lists
	err := listTable.DecodeJSON(&l, []byte(`{"colors":"red,pink"}`))
	if want := `colors is "pink": want some of red, green, blue`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if err := listTable.DecodeJSON(&l, []byte(`{"colors":"red,blue","depth":4}`)); err != nil || l != (lists{"red,blue", 4}) {
		t.Errorf("%+v, %v", l, err)
	}
}
