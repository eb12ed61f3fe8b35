package loss

import "math"

// Divergence returns the Kullback–Leibler divergence KL(p‖q) of the softmax of two rows of logits, and writes its gradients
// with respect to either; a nil one is not written. It is 0 where the rows differ by a constant.
func Divergence(dp, dq, p, q []float32) float64 {
	logP, logQ := logSumExp(p, largest(p)), logSumExp(q, largest(q))
	difference := func(k int) (pk, qk, d float64) {
		a, b := float64(p[k])-logP, float64(q[k])-logQ
		if pk = math.Exp(a); pk != 0 { // p·log p is 0 at 0
			d = a - b
		}
		return pk, math.Exp(b), d
	}
	value := 0.0
	for k := range p {
		pk, _, d := difference(k)
		value += pk * d
	}
	for k := range p {
		pk, qk, d := difference(k)
		if dp != nil {
			dp[k] = float32(pk * (d - value))
		}
		if dq != nil {
			dq[k] = float32(qk - pk)
		}
	}
	return value
}
