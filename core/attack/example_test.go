package attack_test

import (
	"context"
	"fmt"

	"steady/core/attack"
	"steady/core/loss"
	"steady/core/nn"
)

// brightness is a network of two classes, dark and bright, that looks at the sum of four pixels.
type brightness struct{}

func (brightness) InputShape() nn.Shape { return nn.Shape{1, 2, 2} }
func (brightness) Classes() int         { return 2 }

func (brightness) Logits(dst, x []float32) error {
	for i := 0; i < len(x)/4; i++ {
		sum := x[4*i] + x[4*i+1] + x[4*i+2] + x[4*i+3]
		dst[2*i], dst[2*i+1] = 2-sum, sum-2
	}
	return nil
}

func (m brightness) Gradient(grad, logits, x []float32, f loss.Func) error {
	m.Logits(logits, x)
	seed := make([]float32, len(logits))
	f(0, logits, seed)
	for i := range grad {
		grad[i] = seed[2*(i/4)+1] - seed[2*(i/4)]
	}
	return nil
}

func Example() {
	a, err := attack.Lookup("fgsm")
	if err != nil {
		fmt.Println(err)
		return
	}
	p := a.Default(attack.Linf)
	p.Eps = 0.1
	x := []float32{0.5, 0.5, 0.5, 0.6} // just bright
	res, err := a.Run(context.Background(), brightness{}, x, []int{1}, p, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f is class %d, at distance %.1f\n", res.Adv, res.Predicted[0], res.Linf[0])
	// Output: [0.4 0.4 0.4 0.5] is class 0, at distance 0.1
}
