package machine

import "golang.org/x/sys/cpu"

// More sums than there are multiply-adds on their way: two begin in a cycle and take four or five.
var fmaLoops = []fmaLoop{{128, 12, fma128}, {256, 12, fma256}, {512, 12, fma512}}

func hasFMA() bool { return cpu.X86.HasFMA }

//go:noescape
func fma128(rounds int)

//go:noescape
func fma256(rounds int)

//go:noescape
func fma512(rounds int)
