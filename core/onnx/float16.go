package onnx

import (
	"encoding/binary"
	"math"

	"steady/core/onnx/internal/onnxpb"
)

// maxRounding is how far rounding may move the weights of a layer, as a fraction of their Euclidean norm. Numbers that
// float16 holds as normal ones move by 2^-11 of themselves at most; beyond are weights that are mostly below 2^-14, and
// any above 65,504.
const maxRounding = 1.0 / (1 << 10)

// narrowed returns weights as raw FLOAT16, rounded to the nearest and to even. It returns nil if that moves them too far.
func narrowed(data []float32) []byte {
	raw := make([]byte, 0, 2*len(data))
	var norm, moved float64
	for _, x := range data {
		h := narrowHalf(x)
		raw = binary.LittleEndian.AppendUint16(raw, h)
		d := float64(x) - float64(widenHalf(h, onnxpb.Float16))
		norm, moved = norm+float64(x)*float64(x), moved+d*d
	}
	if !(moved <= maxRounding*maxRounding*norm) {
		return nil
	}
	return raw
}

// narrowHalf returns the nearest float16, of two equally near ones the even one, as bits.
func narrowHalf(x float32) uint16 {
	bits := math.Float32bits(x)
	sign, abs := uint16(bits>>16)&0x8000, bits&^(1<<31)
	switch {
	case abs > 0x7f80_0000: // not a number
		return sign | 0x7e00
	case abs >= 0x4780_0000: // 65,536: infinity. What is rounded to it comes to it below, by the carry.
		return sign | 0x7c00
	case abs < 0x3880_0000: // 2^-14: zero, and multiples of 2^-24
		return sign | uint16(math.RoundToEven(float64(math.Float32frombits(abs))*(1<<24)))
	}
	abs -= (127 - 15) << 23
	return sign | uint16((abs+0xfff+abs>>13&1)>>13)
}
