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

// JensenShannon returns the Jensen–Shannon divergence of the softmax of several rows of logits, the mean of their
// Kullback–Leibler divergences from the mean of all, and writes its gradients with respect to each row.
func JensenShannon(dlogits, logits [][]float32) float64 {
	rows := float64(len(logits))
	logs, mean := make([][]float64, len(logits)), make([]float64, len(logits[0]))
	for v, z := range logits {
		sum := logSumExp(z, largest(z))
		logs[v] = make([]float64, len(z))
		for k := range z {
			logs[v][k] = float64(z[k]) - sum
			mean[k] += math.Exp(logs[v][k]) / rows
		}
	}
	for k, p := range mean {
		mean[k] = math.Log(max(p, math.SmallestNonzeroFloat64))
	}
	value := 0.0
	for v, row := range logs {
		divergence := 0.0
		for k, l := range row {
			if p := math.Exp(l); p != 0 { // p·log p is 0 at 0
				divergence += p * (l - mean[k])
			}
		}
		value += divergence / rows
		for k, l := range row {
			dlogits[v][k] = 0
			if p := math.Exp(l); p != 0 {
				dlogits[v][k] = float32(p * (l - mean[k] - divergence) / rows)
			}
		}
	}
	return value
}
