package machine

// More sums than there are multiply-adds on their way: on Apple's cores four begin in a cycle and take four.
var fmaLoops = []fmaLoop{{128, 24, fma128}}

func hasFMA() bool { return true }

//go:noescape
func fma128(rounds int)
