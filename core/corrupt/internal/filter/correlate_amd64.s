//go:build goexperiment.simd

#include "textflag.h"

// func correlateAVX2(dst, src *float32, n int, offsets *int, weights *float32, taps int)
//
// dst[i] is the sum of weights[t]*src[offsets[t]+i], every product rounded, for n values, a multiple of 8. Eight vectors
// at a time, so that sums need not wait for one another and a weight is fetched once for all; then four, then one.
TEXT ·correlateAVX2(SB), NOSPLIT, $0-48
	MOVQ	dst+0(FP), DI
	MOVQ	src+8(FP), SI
	MOVQ	n+16(FP), CX
	MOVQ	offsets+24(FP), R8
	MOVQ	weights+32(FP), R9
	MOVQ	taps+40(FP), R10

eight:
	CMPQ	CX, $64
	JLT	eightDone
	VXORPS	Y0, Y0, Y0
	VXORPS	Y1, Y1, Y1
	VXORPS	Y2, Y2, Y2
	VXORPS	Y3, Y3, Y3
	VXORPS	Y4, Y4, Y4
	VXORPS	Y5, Y5, Y5
	VXORPS	Y6, Y6, Y6
	VXORPS	Y7, Y7, Y7
	XORQ	AX, AX
eightTap:
	MOVQ	(R8)(AX*8), DX
	LEAQ	(SI)(DX*4), DX
	VBROADCASTSS	(R9)(AX*4), Y8
	VMULPS	(DX), Y8, Y9
	VADDPS	Y9, Y0, Y0
	VMULPS	32(DX), Y8, Y10
	VADDPS	Y10, Y1, Y1
	VMULPS	64(DX), Y8, Y11
	VADDPS	Y11, Y2, Y2
	VMULPS	96(DX), Y8, Y12
	VADDPS	Y12, Y3, Y3
	VMULPS	128(DX), Y8, Y13
	VADDPS	Y13, Y4, Y4
	VMULPS	160(DX), Y8, Y14
	VADDPS	Y14, Y5, Y5
	VMULPS	192(DX), Y8, Y15
	VADDPS	Y15, Y6, Y6
	VMULPS	224(DX), Y8, Y9
	VADDPS	Y9, Y7, Y7
	INCQ	AX
	CMPQ	AX, R10
	JLT	eightTap
	VMOVUPS	Y0, (DI)
	VMOVUPS	Y1, 32(DI)
	VMOVUPS	Y2, 64(DI)
	VMOVUPS	Y3, 96(DI)
	VMOVUPS	Y4, 128(DI)
	VMOVUPS	Y5, 160(DI)
	VMOVUPS	Y6, 192(DI)
	VMOVUPS	Y7, 224(DI)
	ADDQ	$256, SI
	ADDQ	$256, DI
	SUBQ	$64, CX
	JMP	eight
eightDone:

four:
	CMPQ	CX, $32
	JLT	fourDone
	VXORPS	Y0, Y0, Y0
	VXORPS	Y1, Y1, Y1
	VXORPS	Y2, Y2, Y2
	VXORPS	Y3, Y3, Y3
	XORQ	AX, AX
fourTap:
	MOVQ	(R8)(AX*8), DX
	LEAQ	(SI)(DX*4), DX
	VBROADCASTSS	(R9)(AX*4), Y8
	VMULPS	(DX), Y8, Y9
	VADDPS	Y9, Y0, Y0
	VMULPS	32(DX), Y8, Y10
	VADDPS	Y10, Y1, Y1
	VMULPS	64(DX), Y8, Y11
	VADDPS	Y11, Y2, Y2
	VMULPS	96(DX), Y8, Y12
	VADDPS	Y12, Y3, Y3
	INCQ	AX
	CMPQ	AX, R10
	JLT	fourTap
	VMOVUPS	Y0, (DI)
	VMOVUPS	Y1, 32(DI)
	VMOVUPS	Y2, 64(DI)
	VMOVUPS	Y3, 96(DI)
	ADDQ	$128, SI
	ADDQ	$128, DI
	SUBQ	$32, CX
	JMP	four
fourDone:

one:
	CMPQ	CX, $8
	JLT	oneDone
	VXORPS	Y0, Y0, Y0
	XORQ	AX, AX
oneTap:
	MOVQ	(R8)(AX*8), DX
	LEAQ	(SI)(DX*4), DX
	VBROADCASTSS	(R9)(AX*4), Y8
	VMULPS	(DX), Y8, Y9
	VADDPS	Y9, Y0, Y0
	INCQ	AX
	CMPQ	AX, R10
	JLT	oneTap
	VMOVUPS	Y0, (DI)
	ADDQ	$32, SI
	ADDQ	$32, DI
	SUBQ	$8, CX
	JMP	one
oneDone:
	VZEROUPPER
	RET
