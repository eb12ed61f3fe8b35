//go:build goexperiment.simd && amd64

package simdx

import (
	"fmt"
	"strings"
	"testing"
)

// TestFindFaults runs the checker on functions with one fault each, and on some without. An instruction is "op args", its
// place in the function the index.
func TestFindFaults(t *testing.T) {
	const test = "CMPB steady/core/simdx.HasFloat32x4(SB), $0"
	for _, c := range []struct {
		name      string
		functions map[string]string
		want      string // of the fault; empty for none
	}{
		{"cleared", map[string]string{
			"p.F": "VMOVDQU (AX), Y0; VADDPS Y0, Y0, Y0; VMOVDQU Y0, (BX); VZEROUPPER; MOVSS (AX), X0; RET",
		}, ""},
		{"128 bits", map[string]string{"p.F": "VMOVDQU (AX), X0; XORPS X1, X1; RET"}, ""},
		{"SSE", map[string]string{
			"p.F": "VMOVDQU (AX), Y0; XORPS X2, X2; VADDPS Y2, Y0, Y0; VZEROUPPER; RET",
		}, "f.go:1: p.F has an SSE instruction where upper halves are in use: XORPS X2, X2"},
		{"SSE in a loop, before the wide instruction", map[string]string{
			"p.F": "MOVUPS X15, (AX); VMOVDQU (AX), Z0; CMPQ AX, BX; JLT 0; VZEROUPPER; RET",
		}, "f.go:0: p.F has an SSE instruction"},
		{"SSE on one of two ways", map[string]string{
			"p.F": "CMPQ AX, BX; JEQ 3; VPADDD Y0, Y1, Y2; CVTSL2SS AX, X0; VZEROUPPER; RET",
		}, "f.go:3: p.F has an SSE instruction"},
		{"SSE behind a jump table", map[string]string{
			"p.F": "VPADDD Y0, Y1, Y2; JMP (CX)(AX*8); VZEROUPPER; RET; MOVSS (AX), X0; VZEROUPPER; RET",
		}, "f.go:4: p.F has an SSE instruction"},
		{"SSE on the way to a panic", map[string]string{
			"p.F": "VPADDD Y0, Y1, Y2; JEQ 4; VZEROUPPER; RET; MOVUPS X15, (AX); CALL fmt.Sprint(SB); CALL runtime.gopanic(SB)",
		}, ""},
		{"return", map[string]string{"p.F": "VPADDD Y0, Y1, Y2; RET"}, "p.F returns with upper halves in use"},
		{"return on one of two ways", map[string]string{
			"p.F": "VPADDD Y0, Y1, Y2; CMPQ AX, BX; JEQ 4; VZEROUPPER; RET",
		}, "p.F returns with upper halves in use"},
		{"ClearUpper", map[string]string{"p.F": "VPADDD Y0, Y1, Y2; " + test + "; JEQ 4; VZEROUPPER; RET"}, ""},
		{"another flag", map[string]string{
			"p.F": "VPADDD Y0, Y1, Y2; CMPB p.flag(SB), $0; JEQ 4; VZEROUPPER; RET",
		}, "p.F returns with upper halves in use"},
		{"a version for a length", map[string]string{
			"p.f":         "CALL p.f@simd256(SB); RET",
			"p.f@simd256": "VPADDD Y0, Y1, Y2; RET",
			"p.F":         "CALL p.f(SB); RET",
		}, "f.go:0: p.f calls p.f@simd256, which returns with upper halves in use"},
		{"tail call", map[string]string{
			"p.f": "VPADDD Y0, Y1, Y2; RET",
			"p.F": "JMP p.f(SB)",
		}, "p.F calls p.f, which returns with upper halves in use"},
		{"helper", map[string]string{
			"p.help@simd256": "VPADDD Y0, Y1, Y2; RET",
			"p.F":            "VMOVDQU (AX), Y0; CALL p.help@simd256(SB); VZEROUPPER; RET",
		}, ""},
		{"helper, after which nothing is cleared", map[string]string{
			"p.help@simd256": "VPADDD Y0, Y1, Y2; RET",
			"p.F":            "VMOVDQU (AX), Y0; VZEROUPPER; CALL p.help@simd256(SB); RET",
		}, "p.F returns with upper halves in use"},
		{"helper with SSE, called in use", map[string]string{
			"p.help": "MULSS X0, X1; RET",
			"p.F":    "VMOVDQU (AX), Y0; CALL p.help(SB); VZEROUPPER; RET",
		}, "f.go:0: p.help has an SSE instruction"},
		{"helper with SSE, called when cleared", map[string]string{
			"p.help": "MULSS X0, X1; RET",
			"p.F":    "VMOVDQU (AX), Y0; VZEROUPPER; CALL p.help(SB); RET",
		}, ""},
		{"helper that is inlined everywhere", map[string]string{"p.help@simd256": "VPADDD Y0, Y1, Y2; RET"}, ""},
		{"call of what is not known", map[string]string{
			"p.F": "VMOVDQU (AX), Y0; CALL runtime.memmove(SB); VZEROUPPER; RET",
		}, "p.F calls runtime.memmove with upper halves in use"},
		{"call through a pointer", map[string]string{
			"p.F": "VMOVDQU (AX), Y0; CALL (CX); VZEROUPPER; RET",
		}, "p.F calls ? with upper halves in use"},
		{"method", map[string]string{"p.(*t).f": "VPADDD Y0, Y1, Y2; RET"}, "p.(*t).f returns with upper halves in use"},
		{"assembly", map[string]string{
			"p.f":     "CALL p.f(SB); RET",
			"p.f asm": "VPADDD Y0, Y1, Y2; VZEROUPPER; RET",
			"p.F":     "CALL p.f(SB); MOVSS (AX), X0; RET",
		}, ""},
		{"assembly that does not clear", map[string]string{
			"p.f":     "CALL p.f(SB); RET",
			"p.f asm": "VPADDD Y0, Y1, Y2; RET",
			"p.F":     "CALL p.f(SB); MOVSS (AX), X0; RET",
		}, "p.f calls p.f<asm>, which returns with upper halves in use"},
		{"SSE in assembly", map[string]string{
			"p.f":     "JMP p.f(SB)",
			"p.f asm": "VPADDD Y0, Y1, Y2; MOVSS (AX), X0; VZEROUPPER; RET",
			"p.F":     "CALL p.f(SB); RET",
		}, "f.go:1: p.f<asm> has an SSE instruction"},
	} {
		var text strings.Builder
		for name, code := range c.functions {
			name, kind, _ := strings.Cut(name, " ")
			fmt.Fprintf(&text, "%s STEXT nosplit %s size=1 align=0x0\n", name, kind)
			for i, line := range strings.Split(code, "; ") {
				op, args, _ := strings.Cut(line, " ")
				fmt.Fprintf(&text, "\t0x%04x %05d (/p/f.go:%d)\tPCDATA\t$1, $0\n", i, i, i)
				fmt.Fprintf(&text, "\t0x%04x %05d (/p/f.go:%d)\t%s\t%s\n", i, i, i, op, args)
			}
		}
		faults := findFaults(parseListing(text.String()))
		switch {
		case c.want == "" && len(faults) > 0:
			t.Errorf("%s: found %q, where there is no fault", c.name, faults)
		case c.want != "" && (len(faults) != 1 || !strings.Contains(faults[0], c.want)):
			t.Errorf("%s: found %q, want %q", c.name, faults, c.want)
		}
	}
	// A function that is used as a value may be called by anyone.
	value := "p.f STEXT size=1\n\t0x0000 00000 (f.go:1)\tVPADDD\tY0, Y1, Y2\n\t0x0001 00001 (f.go:1)\tRET\t\n" +
		"p.g STEXT size=1\n\t0x0000 00000 (f.go:1)\tLEAQ\tp.f·f(SB), AX\n\trel 2+4 t=R_PCREL p.f·f+0\n"
	if faults := findFaults(parseListing(value)); len(faults) != 1 {
		t.Errorf("a function that is a value: found %q", faults)
	}
}
