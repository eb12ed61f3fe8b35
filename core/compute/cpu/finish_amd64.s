//go:build goexperiment.simd

#include "go_asm.h"
#include "textflag.h"
#include "activate_amd64.h"

// func finishRowsAVX2(y, x, base unsafe.Pointer, width, pitch, rows int, end *filterEnd)
TEXT ·finishRowsAVX2(SB), NOSPLIT, $0-56
	MOVQ y+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ base+16(FP), DX // or 0
	MOVQ width+24(FP), R8
	MOVQ pitch+32(FP), R11
	MOVQ rows+40(FP), R9
	MOVQ end+48(FP), R10
	VBROADCASTSS filterEnd_bias(R10), Y8
	VBROADCASTSS (filterEnd_act+const_actSlope)(R10), Y9
	VBROADCASTSS (filterEnd_act+const_actMax)(R10), Y10
	VBROADCASTSS (filterEnd_act+const_actMin)(R10), Y11
	LEAQ -8(R8), R10 // where the last eight begin

row:
	XORQ AX, AX
	CMPQ R10, AX
	JLT  one

eight:
	VADDPS (SI)(AX*4), Y8, Y0
	TESTQ DX, DX
	JZ   activate
	VADDPS (DX)(AX*4), Y0, Y0

activate:
	ACTIVATE(Y0, Y9, Y10, Y11, Y1)
	VMOVUPS Y0, (DI)(AX*4)
	ADDQ $8, AX
	CMPQ AX, R10
	JLE  eight
	CMPQ AX, R8
	JEQ  next
	CMPQ DX, DI
	JEQ  one // what was added must not be added again
	MOVQ R10, AX
	JMP  eight

one:
	VMOVSS (SI)(AX*4), X0
	VADDSS X8, X0, X0
	TESTQ DX, DX
	JZ   activateOne
	VADDSS (DX)(AX*4), X0, X0

activateOne:
	ACTIVATE(X0, X9, X10, X11, X1)
	VMOVSS X0, (DI)(AX*4)
	INCQ AX
	CMPQ AX, R8
	JLT  one

next:
	ADDQ R11, SI
	LEAQ (DI)(R8*4), DI
	LEAQ (DX)(R8*4), AX
	TESTQ DX, DX
	CMOVQNE AX, DX
	DECQ R9
	JNZ  row
	VZEROUPPER
	RET
