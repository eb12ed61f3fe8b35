package tsmessages

import (
	"reflect"
	"strings"
	"testing"
)

// The comparison sees each way in which the two can differ.
func TestProtocolDiffers(t *testing.T) {
	type message struct {
		Name  string    `json:"name"`
		Shown []float64 `json:"shown,omitempty"`
	}
	for source, same := range map[string]bool{
		`{ name: string; shown?: number[] }`:               true,
		`{ name: "a" | "b"; shown?: [number, number] }`:    true,
		`{ name: string } & { shown?: number[] }`:          true,
		`{ name: string; shown?: number[]; more: string }`: false,
		`{ name: string }`:                                 false,
		`{ name: number; shown?: number[] }`:               false,
		`{ name: string; shown: number[] }`:                false, // may be absent
		`{ name?: string; shown?: number[] }`:              false, // is never absent
		`{ name: string; shown?: string[] }`:               false,
		`{ name: string; shown?: number }`:                 false,
		`{ name: string | null; shown?: number[] }`:        false,
	} {
		p := parseProtocol("export interface M " + source)
		if strings.Contains(source, "&") {
			p = parseProtocol("export type M = " + source)
		}
		if d := p.differences("M", p.types["M"], reflect.TypeFor[message](), true); (len(d) == 0) != same {
			t.Errorf("%s: differences %q, want none: %v", source, d, same)
		}
	}
}
