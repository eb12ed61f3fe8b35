//go:build !goexperiment.simd

package random

func fillBits(dst []uint32, b *bulk)                        { b.bitsPlain(dst) }
func fillUniform(dst []float32, lo, width float32, b *bulk) { b.uniformPlain(dst, lo, width) }
func fillNormal(dst []float32, b *bulk)                     { b.normalPlain(dst) }
