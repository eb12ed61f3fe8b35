//go:build goexperiment.simd

#include "textflag.h"

// The inner kernel for AVX2 and FMA, by hand: the compiler of Go 1.27 adds a register move to each multiply-add, which
// overwrites one of its factors, and takes two instructions to load and broadcast a number.
//
// A step of an inner loop multiplies the four weights of a panel for one q, broadcast, with the vectors Y0, Y1 and Y2 of
// row q of b. With three vectors there are twelve sums: more than the eight multiply-adds that a processor has under way
// at a time, and with three loads and four broadcasts few enough loads. Two vectors are eight sums, which just suffice.
// For a single vector, two panels are multiplied together.

#define ZERO4(a, b, c, d) \
	VXORPS a, a, a \
	VXORPS b, b, b \
	VXORPS c, c, c \
	VXORPS d, d, d

// ROW adds the products of the weight at w with Y0, ROW2 also those with Y1, ROW3 also those with Y2.
#define ROW(w, r, s0) \
	VBROADCASTSS w, r \
	VFMADD231PS Y0, r, s0

#define ROW2(w, r, s0, s1) \
	ROW(w, r, s0) \
	VFMADD231PS Y1, r, s1

#define ROW3(w, r, s0, s1, s2) \
	ROW2(w, r, s0, s1) \
	VFMADD231PS Y2, r, s2

// LOAD takes a row of c, at DX, for its sums and goes on to the next, LOAD2 and LOAD3 likewise with more vectors.
#define LOAD(s0) \
	VMOVUPS (DX), s0 \
	ADDQ R8, DX

#define LOAD2(s0, s1) \
	VMOVUPS (DX), s0 \
	VMOVUPS 32(DX), s1 \
	ADDQ R8, DX

#define LOAD3(s0, s1, s2) \
	VMOVUPS (DX), s0 \
	VMOVUPS 32(DX), s1 \
	VMOVUPS 64(DX), s2 \
	ADDQ R8, DX

// PANEL begins a panel: SI is at its first row of c, BX goes through a.
#define PANEL \
	MOVQ k+0(FP), AX \
	MOVQ rows+32(FP), DI

// STEP goes on to the next q.
#define STEP(next) \
	ADDQ $16, BX \
	ADDQ $8, DI \
	DECQ AX \
	JNZ  next

// STORE writes a row of c and goes on to the next, STORE2 and STORE3 likewise with more vectors.
#define STORE(s0) \
	VMOVUPS s0, (SI) \
	ADDQ R8, SI

#define STORE2(s0, s1) \
	VMOVUPS s0, (SI) \
	VMOVUPS s1, 32(SI) \
	ADDQ R8, SI

#define STORE3(s0, s1, s2) \
	VMOVUPS s0, (SI) \
	VMOVUPS s1, 32(SI) \
	VMOVUPS s2, 64(SI) \
	ADDQ R8, SI

// func tilesAVX2(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, add bool)
TEXT ·tilesAVX2(SB), NOSPLIT, $0-65
	MOVQ b+24(FP), CX
	MOVQ blocks+40(FP), R11
	MOVQ c+48(FP), R10
	MOVQ ldc+56(FP), R8
	SHLQ $2, R8
	MOVQ k+0(FP), R12 // the bytes of a panel
	SHLQ $4, R12

blocks: // CX and R10 are at the columns of b and c that come next, R11 is the number of blocks left
	MOVQ a+8(FP), BX
	MOVQ panels+16(FP), R9
	MOVQ R10, SI
	CMPQ R11, $4 // four are two and two
	JEQ  two
	CMPQ R11, $2
	JEQ  two
	JGT  three
	CMPQ R11, $1
	JEQ  one
	VZEROUPPER
	RET

three:
	PANEL
	CMPB add+64(FP), $0
	JNE  threeAdd
	ZERO4(Y4, Y5, Y6, Y7)
	ZERO4(Y8, Y9, Y10, Y11)
	ZERO4(Y12, Y13, Y14, Y15)
	JMP  three1

threeAdd:
	MOVQ SI, DX
	LOAD3(Y4, Y5, Y6)
	LOAD3(Y7, Y8, Y9)
	LOAD3(Y10, Y11, Y12)
	LOAD3(Y13, Y14, Y15)

three1:
	MOVQ (DI), DX
	VMOVUPS (CX)(DX*1), Y0
	VMOVUPS 32(CX)(DX*1), Y1
	VMOVUPS 64(CX)(DX*1), Y2
	ROW3(0(BX), Y3, Y4, Y5, Y6)
	ROW3(4(BX), Y3, Y7, Y8, Y9)
	ROW3(8(BX), Y3, Y10, Y11, Y12)
	ROW3(12(BX), Y3, Y13, Y14, Y15)
	STEP(three1)
	STORE3(Y4, Y5, Y6)
	STORE3(Y7, Y8, Y9)
	STORE3(Y10, Y11, Y12)
	STORE3(Y13, Y14, Y15)
	DECQ R9
	JNZ  three
	ADDQ $96, CX
	ADDQ $96, R10
	SUBQ $3, R11
	JMP  blocks

two:
	PANEL
	CMPB add+64(FP), $0
	JNE  twoAdd
	ZERO4(Y4, Y5, Y6, Y7)
	ZERO4(Y8, Y9, Y10, Y11)
	JMP  two1

twoAdd:
	MOVQ SI, DX
	LOAD2(Y4, Y5)
	LOAD2(Y6, Y7)
	LOAD2(Y8, Y9)
	LOAD2(Y10, Y11)

two1:
	MOVQ (DI), DX
	VMOVUPS (CX)(DX*1), Y0
	VMOVUPS 32(CX)(DX*1), Y1
	ROW2(0(BX), Y12, Y4, Y5)
	ROW2(4(BX), Y13, Y6, Y7)
	ROW2(8(BX), Y14, Y8, Y9)
	ROW2(12(BX), Y15, Y10, Y11)
	STEP(two1)
	STORE2(Y4, Y5)
	STORE2(Y6, Y7)
	STORE2(Y8, Y9)
	STORE2(Y10, Y11)
	DECQ R9
	JNZ  two
	ADDQ $64, CX
	ADDQ $64, R10
	SUBQ $2, R11
	JMP  blocks

one: // two panels together: R13 is as far ahead of BX as the second one lies behind the first
	PANEL
	ZERO4(Y4, Y5, Y6, Y7)
	ZERO4(Y8, Y9, Y10, Y11)
	LEAQ (BX)(R12*1), R13
	CMPB add+64(FP), $0
	JEQ  oneOrSingle
	MOVQ SI, DX
	LOAD(Y4)
	LOAD(Y5)
	LOAD(Y6)
	LOAD(Y7)
	CMPQ R9, $1
	JEQ  single
	LOAD(Y8)
	LOAD(Y9)
	LOAD(Y10)
	LOAD(Y11)

oneOrSingle:
	CMPQ R9, $1
	JEQ  single

one1:
	MOVQ (DI), DX
	VMOVUPS (CX)(DX*1), Y0
	ROW(0(BX), Y12, Y4)
	ROW(4(BX), Y13, Y5)
	ROW(8(BX), Y14, Y6)
	ROW(12(BX), Y15, Y7)
	ROW(0(R13), Y12, Y8)
	ROW(4(R13), Y13, Y9)
	ROW(8(R13), Y14, Y10)
	ROW(12(R13), Y15, Y11)
	ADDQ $16, R13
	STEP(one1)
	STORE(Y4)
	STORE(Y5)
	STORE(Y6)
	STORE(Y7)
	STORE(Y8)
	STORE(Y9)
	STORE(Y10)
	STORE(Y11)
	MOVQ R13, BX
	SUBQ $2, R9
	JNZ  one
	VZEROUPPER
	RET

single:
	MOVQ (DI), DX
	VMOVUPS (CX)(DX*1), Y0
	ROW(0(BX), Y12, Y4)
	ROW(4(BX), Y13, Y5)
	ROW(8(BX), Y14, Y6)
	ROW(12(BX), Y15, Y7)
	STEP(single)
	STORE(Y4)
	STORE(Y5)
	STORE(Y6)
	STORE(Y7)
	VZEROUPPER
	RET
