package filter

// MirrorHalf brings i into [0,n) by mirrors between pixels: d c b a | a b c d | d c b a.
func MirrorHalf(i, n int) int {
	if i %= 2 * n; i < 0 {
		i += 2 * n
	}
	return min(i, 2*n-1-i)
}

// Mirror101 is MirrorHalf with its mirrors on the outermost pixels: d c b | a b c d | c b a.
func Mirror101(i, n int) int {
	if n == 1 {
		return 0
	}
	if i %= 2*n - 2; i < 0 {
		i += 2*n - 2
	}
	return min(i, 2*n-2-i)
}

// MirrorOdd brings i into [0,n) by mirrors that change the sign, on the places -1 and n, which are 0 themselves. A mean
// of three values keeps these zeros, so that this does what zeros do that are put around a line before each of several
// means.
func MirrorOdd(i, n int) (at int, sign float32) {
	period := 2 * (n + 1)
	switch i = ((i+1)%period + period) % period; {
	case i == 0 || i == n+1:
		return 0, 0
	case i <= n:
		return i - 1, 1
	}
	return period - 1 - i, -1
}
