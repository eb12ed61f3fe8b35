package cpu

import (
	"testing"

	"steady/core/scalar"
)

func BenchmarkMap(b *testing.B) {
	x, y := noise(32*32*24, 1), make([]float32, 32*32*24)
	for _, kind := range []scalar.Kind{scalar.Silu, scalar.Gelu, scalar.Sigmoid} {
		f := scalar.Function{Kind: kind}
		b.Run(kind.String(), func(b *testing.B) {
			b.SetBytes(int64(4 * len(x)))
			for b.Loop() {
				mapRow(f, y, x)
			}
		})
		b.Run(kind.String()+" gradient", func(b *testing.B) {
			b.SetBytes(int64(4 * len(x)))
			for b.Loop() {
				mapGradientRow(f, y, x, x, false)
			}
		})
	}
}
