//go:build goexperiment.simd

#include "textflag.h"

// EIGHT takes every second of sixteen: VSHUFPS leaves 0 2 8 10 and 4 6 12 14.
#define EIGHT(to, from, from8) \
	VMOVUPS from, Y0 \
	VSHUFPS $0x88, from8, Y0, Y0 \
	VPERMPD $0xd8, Y0, Y0 \
	VMOVUPS Y0, to

// func everySecondAVX2(dst unsafe.Pointer, dstPitch int, x unsafe.Pointer, xPitch, n, rows int)
TEXT ·everySecondAVX2(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), DI
	MOVQ x+16(FP), SI
	MOVQ n+32(FP), R8
	MOVQ rows+40(FP), R9
	LEAQ -8(R8), R10 // where the last eight begin

row:
	XORQ AX, AX

eight:
	EIGHT((DI)(AX*4), (SI)(AX*8), 32(SI)(AX*8))
	ADDQ $8, AX
	CMPQ AX, R10
	JLE  eight
	CMPQ AX, R8
	JEQ  next
	EIGHT((DI)(R10*4), (SI)(R10*8), 32(SI)(R10*8)) // the last eight, some of them once more

next:
	ADDQ dstPitch+8(FP), DI
	ADDQ xPitch+24(FP), SI
	DECQ R9
	JNZ  row
	VZEROUPPER
	RET
