package loss

import "math"

// Rival returns the class with the largest logit of all but class, the first of equals; -1 if there is no other.
func Rival(logits []float32, class int) int {
	best := -1
	for k, z := range logits {
		if k != class && (best < 0 || z > logits[best]) {
			best = k
		}
	}
	return best
}

// Margin returns the logit of a class's rival minus that of the class: positive once the network predicts another class.
// There must be two classes or more.
func Margin(logits []float32, class int) float64 {
	return float64(logits[Rival(logits, class)]) - float64(logits[class])
}

// MarginGradient returns Margin, and writes its gradient into dlogits: 1 for the rival, -1 for the class.
func MarginGradient(dlogits, logits []float32, class int) float64 {
	clear(dlogits)
	rival := Rival(logits, class)
	dlogits[rival], dlogits[class] = 1, -1
	return float64(logits[rival]) - float64(logits[class])
}

// dlrFloor keeps the ratios below finite where logits are equal, as in the authors' code.
const dlrFloor = 1e-12

// DLR returns the difference of logits ratio of Croce & Hein 2020 (equation 6), which grows as the network gets worse, and
// stays the same if all logits are multiplied or shifted: (rival - label) / (largest - third largest). It writes its
// gradient into dlogits. It needs 3 classes or more.
func DLR(dlogits, logits []float32, label int) float64 {
	top := leaders(logits)
	clear(dlogits)
	ratio := newRatio(logits, Rival(logits, label), label)
	ratio.divide(float64(logits[top[0]]) - float64(logits[top[2]]))
	ratio.write(dlogits)
	dlogits[top[0]] -= float32(ratio.slope)
	dlogits[top[2]] += float32(ratio.slope)
	return ratio.value
}

// TargetedDLR is DLR (equation 7) for a network that is to predict target instead of label: (target - label) /
// (largest - half the third and fourth largest). It needs 4 classes or more.
func TargetedDLR(dlogits, logits []float32, label, target int) float64 {
	top := leaders(logits)
	clear(dlogits)
	ratio := newRatio(logits, target, label)
	ratio.divide(float64(logits[top[0]]) - (float64(logits[top[2]])+float64(logits[top[3]]))/2)
	ratio.write(dlogits)
	dlogits[top[0]] -= float32(ratio.slope)
	dlogits[top[2]] += float32(ratio.slope / 2)
	dlogits[top[3]] += float32(ratio.slope / 2)
	return ratio.value
}

// ratio is (up - down) / scale in the making.
type ratio struct {
	up, down int
	value    float64 // the difference, then the ratio
	each     float64 // its derivative with respect to the logit of up
	slope    float64 // minus its derivative with respect to the scale
}

func newRatio(logits []float32, up, down int) ratio {
	return ratio{up: up, down: down, value: float64(logits[up]) - float64(logits[down])}
}

func (r *ratio) divide(scale float64) {
	scale += dlrFloor
	r.value /= scale
	r.each, r.slope = 1/scale, r.value/scale
}

func (r *ratio) write(dlogits []float32) {
	dlogits[r.up] += float32(r.each)
	dlogits[r.down] -= float32(r.each)
}

// leaders returns the classes of the four largest logits, in order; -1 where there are fewer classes.
func leaders(logits []float32) (top [4]int) {
	value := [4]float64{}
	for j := range top {
		top[j], value[j] = -1, math.Inf(-1)
	}
	for k, z := range logits {
		v := float64(z)
		for j := range top {
			if v > value[j] || top[j] < 0 {
				copy(top[j+1:], top[j:3])
				copy(value[j+1:], value[j:3])
				top[j], value[j] = k, v
				break
			}
		}
	}
	return top
}
