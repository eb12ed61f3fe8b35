package main

import (
	"crypto/sha256"
	"slices"
	"testing"
)

func TestCompareJSON(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"masked time", `{"seconds": 1.5, "n": 3}`, `{"n": 3, "seconds": 2}`, nil},
		{"masked prose", `{"attacks": [{"name": "pgd", "title": "A"}]}`, `{"attacks": [{"name": "pgd", "title": "B"}]}`, nil},
		{"same name elsewhere", `{"severity": 3}`, `{"severity": 4}`, []string{"severity is 3, now 4"}},
		{"digits", `{"accuracy": 0.91}`, `{"accuracy": 0.910000001}`, []string{"accuracy is 0.91, now 0.910000001"}},
		{"added", `{"n": 3}`, `{"n": 3, "top5": 0.9}`, []string{"new field top5: 0.9"}},
		{"removed", `{"a": {"n": 3, "x": null}}`, `{"a": {"n": 3}}`, []string{"no field a/x: null"}},
		{"arrays", `{"a": [1, 2]}`, `{"a": [1, 3]}`, []string{"a is 2, now 3"}},
		{"lengths", `{"a": [1, 2]}`, `{"a": [1]}`, []string{"a has 2 elements, now 1"}},
		{"kinds", `{"a": "1"}`, `{"a": {"b": 1}}`, []string{`a is "1", now {"b":1}`}},
		{"text", "fog\n", "mist\n", []string{"output that is not JSON differs"}},
	} {
		if got := compareJSON([]byte(c.old), []byte(c.new)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestDifferences(t *testing.T) {
	sum := func(s string) [sha256.Size]byte { return sha256.Sum256([]byte(s)) }
	old := outcome{[]printed{{"eval", 0, []byte("{}")}}, map[string][sha256.Size]byte{"a": sum("1"), "b": sum("2")}}
	if d := old.differences(old); d != nil {
		t.Errorf("the same outcome differs from itself: %q", d)
	}
	other := outcome{[]printed{{"eval", 1, nil}}, map[string][sha256.Size]byte{"a": sum("3"), "c": sum("2")}}
	want := []string{"eval: exit status 0, now 1", "other bytes in a", "no file b", "new file c"}
	if got := old.differences(other); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
