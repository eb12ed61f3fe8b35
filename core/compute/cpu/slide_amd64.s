//go:build goexperiment.simd

#include "textflag.h"

// func everySecondAVX2(dst, x []float32)
TEXT ·everySecondAVX2(SB), NOSPLIT, $0-48
	MOVQ dst_base+0(FP), DI
	MOVQ dst_len+8(FP), CX
	MOVQ x_base+24(FP), SI

eight:
	VMOVUPS (SI), Y0
	VSHUFPS $0x88, 32(SI), Y0, Y0 // 0 2 8 10 and 4 6 12 14
	VPERMPD $0xd8, Y0, Y0
	VMOVUPS Y0, (DI)
	ADDQ $64, SI
	ADDQ $32, DI
	SUBQ $8, CX
	JNZ  eight
	VZEROUPPER
	RET
