//go:build goexperiment.simd

#include "textflag.h"

// EIGHT takes every second of sixteen: VSHUFPS leaves 0 2 8 10 and 4 6 12 14.
#define EIGHT(to, from, from8) \
	VMOVUPS from, Y0 \
	VSHUFPS $0x88, from8, Y0, Y0 \
	VPERMPD $0xd8, Y0, Y0 \
	VMOVUPS Y0, to

// FOUR takes every second of eight.
#define FOUR(to, from, from4) \
	VMOVUPS from, X0 \
	VSHUFPS $0x88, from4, X0, X0 \
	VMOVUPS X0, to

// ROWS takes the arguments: DI and SI are at a row, whose next one is R11 and R12 bytes on, R8 is its length, R9 the rows left.
#define ROWS \
	MOVQ dst+0(FP), DI \
	MOVQ dstPitch+8(FP), R11 \
	MOVQ x+16(FP), SI \
	MOVQ xPitch+24(FP), R12 \
	MOVQ n+32(FP), R8 \
	MOVQ rows+40(FP), R9

// NEXT goes on to the next row.
#define NEXT(row) \
	ADDQ R11, DI \
	ADDQ R12, SI \
	DECQ R9 \
	JNZ  row

// func everySecondAVX2(dst unsafe.Pointer, dstPitch int, x unsafe.Pointer, xPitch, n, rows int)
TEXT ·everySecondAVX2(SB), NOSPLIT, $0-48
	ROWS
	LEAQ -4(R8), R10 // where the last four begin
	CMPQ R8, $8
	JLT  narrow
	LEAQ -8(R8), R10 // or the last eight

row:
	XORQ AX, AX

eight:
	EIGHT((DI)(AX*4), (SI)(AX*8), 32(SI)(AX*8))
	ADDQ $8, AX
	CMPQ AX, R10
	JLE  eight
	CMPQ AX, R8
	JEQ  next
	EIGHT((DI)(R10*4), (SI)(R10*8), 32(SI)(R10*8)) // some of them once more

next:
	NEXT(row)
	VZEROUPPER
	RET

narrow:
	FOUR((DI), (SI), 16(SI))
	FOUR((DI)(R10*4), (SI)(R10*8), 16(SI)(R10*8))
	NEXT(narrow)
	VZEROUPPER
	RET

// func copyRowsAVX2(dst unsafe.Pointer, dstPitch int, x unsafe.Pointer, xPitch, n, rows int)
TEXT ·copyRowsAVX2(SB), NOSPLIT, $0-48
	ROWS
	LEAQ -4(R8), R10
	CMPQ R8, $8
	JLT  narrow
	LEAQ -8(R8), R10

row:
	XORQ AX, AX

eight:
	VMOVUPS (SI)(AX*4), Y0
	VMOVUPS Y0, (DI)(AX*4)
	ADDQ    $8, AX
	CMPQ    AX, R10
	JLE     eight
	CMPQ    AX, R8
	JEQ     next
	VMOVUPS (SI)(R10*4), Y0
	VMOVUPS Y0, (DI)(R10*4)

next:
	NEXT(row)
	VZEROUPPER
	RET

narrow:
	VMOVUPS (SI), X0
	VMOVUPS (SI)(R10*4), X1
	VMOVUPS X0, (DI)
	VMOVUPS X1, (DI)(R10*4)
	NEXT(narrow)
	VZEROUPPER
	RET

// func maxOfRowsAVX2(dst unsafe.Pointer, dstPitch int, x unsafe.Pointer, stride, pitch, rows, n, count int) (unordered int)
TEXT ·maxOfRowsAVX2(SB), NOSPLIT, $0-72
	MOVQ dst+0(FP), DI
	MOVQ dstPitch+8(FP), R11
	MOVQ x+16(FP), SI
	MOVQ stride+24(FP), R12
	MOVQ pitch+32(FP), R13
	MOVQ rows+40(FP), R8
	MOVQ n+48(FP), R10
	SUBQ $8, R10 // where the last eight begin
	MOVQ count+56(FP), R9
	VXORPS Y3, Y3, Y3

row:
	XORQ AX, AX

eight:
	LEAQ (SI)(AX*4), BX
	MOVQ R8, CX
	VMOVUPS (BX), Y0
	VCMPPS $3, Y0, Y0, Y2
	VORPS Y2, Y3, Y3
	JMP  onward

more: // of two zeros it stays with the one before, like plainRun
	VMOVUPS (BX), Y1
	VCMPPS $3, Y1, Y1, Y2
	VORPS Y2, Y3, Y3
	VMAXPS Y0, Y1, Y0

onward:
	ADDQ R13, BX
	DECQ CX
	JNZ  more
	VMOVUPS Y0, (DI)(AX*4)
	CMPQ AX, R10
	JEQ  next
	ADDQ $8, AX
	CMPQ AX, R10
	CMOVQGT R10, AX
	JMP  eight

next:
	ADDQ R11, DI
	ADDQ R12, SI
	DECQ R9
	JNZ  row
	VMOVMSKPS Y3, AX
	MOVQ AX, unordered+64(FP)
	VZEROUPPER
	RET

// func maxOfColumnsAVX2(dst, x unsafe.Pointer, window, n int)
TEXT ·maxOfColumnsAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ window+16(FP), R8
	MOVQ n+24(FP), R9

eight:
	MOVQ SI, BX
	MOVQ R8, CX
	VMOVUPS (BX), Y0
	JMP  onward

more:
	VMOVUPS (BX), Y1
	VMAXPS Y0, Y1, Y0

onward:
	ADDQ $4, BX
	DECQ CX
	JNZ  more
	VMOVUPS Y0, (DI)
	ADDQ $32, SI
	ADDQ $32, DI
	SUBQ $8, R9
	JGT  eight
	VZEROUPPER
	RET
