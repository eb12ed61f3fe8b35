// ACTIVATE is the activation of sums: sums below 0 times the slope, at most 1, then limited to [lo, hi]. Of two factors of
// which one is NaN, VMAXPS and VMINPS return the one written first: NaN stays NaN.
#define ACTIVATE(sums, slope, hi, lo, scratch) \
	VMULPS slope, sums, scratch \
	VMAXPS sums, scratch, sums \
	VMINPS sums, hi, sums \
	VMAXPS sums, lo, sums
