//go:build goexperiment.simd

#include "textflag.h"

// The sums of a tile stay in 16 registers, one for each multiply-add that can be in flight on Apple M1 and Neoverse V1:
// 4 units, each with a latency of 4 cycles. A tile is 1 panel × 4 blocks. The last 1 to 3 blocks are done as
// 2 panels × 2 blocks and 4 panels × 1 block, so they also use 16 sums; fewer only where there are too few panels left.
//
// A step of a 1 × 4 tile takes 23 instructions. The minimum is 22: 16 multiply-adds, 3 loads (one of weights, two of b, a
// pair of registers each), 1 load of the row's offset, 1 to count and 1 to branch. The other one adds the offset to b,
// because a pair of registers cannot be loaded from base plus index. A 2 × 2 step takes 23 and a 4 × 1 step 25.
//
// M1 and V1 decode 8 instructions and start 4 multiply-adds a cycle, Neoverse N1 4 and 2: both have room for 32
// instructions in the time of 16 multiply-adds. Therefore the loops are not unrolled. This was counted, not timed: the
// code has only run under qemu.
//
// Registers: V0 to V15 are the sums, V16 to V19 a row of b, V20 to V23 the weights of each panel;
// R0 k, R2 panels left, R3 b and R6 c at the first block, R5 blocks left, R7 bytes of a row of c.

// FMLA adds b·w[i] to sum, where b and sum are vectors of 4 and w[i] is an element of one. Registers are given by number.
// It is FMLA Vsum.4S, Vb.4S, Vw.S[i] (by element), which the assembler of Go 1.27 does not have. The low bit of i is bit
// 21 of the instruction, the high one bit 11.
#define FMLA(w, i, b, sum) WORD $(0x4f801000 | (i)%2<<21 | (w)<<16 | (i)/2<<11 | (b)<<5 | (sum))

// A panel, whose weights are in register w, times 1, 2 or 4 blocks, into registers from sum on, row by row.
#define PANEL1(w, sum) FMLA(w, 0, 16, sum); FMLA(w, 1, 16, sum+1); FMLA(w, 2, 16, sum+2); FMLA(w, 3, 16, sum+3)
#define ROW2(w, i, sum) FMLA(w, i, 16, sum); FMLA(w, i, 17, sum+1)
#define PANEL2(w, sum) ROW2(w, 0, sum); ROW2(w, 1, sum+2); ROW2(w, 2, sum+4); ROW2(w, 3, sum+6)
#define ROW4(w, i, sum) FMLA(w, i, 16, sum); FMLA(w, i, 17, sum+1); FMLA(w, i, 18, sum+2); FMLA(w, i, 19, sum+3)
#define PANEL4(w, sum) ROW4(w, 0, sum); ROW4(w, 1, sum+4); ROW4(w, 2, sum+8); ROW4(w, 3, sum+12)

#define ZERO(v) VMOVI $0, v.B16
#define ZERO4(v0, v1, v2, v3) ZERO(v0); ZERO(v1); ZERO(v2); ZERO(v3)
#define ZERO8 ZERO4(V0, V1, V2, V3); ZERO4(V4, V5, V6, V7)
#define ZERO16 ZERO8; ZERO4(V8, V9, V10, V11); ZERO4(V12, V13, V14, V15)

// NEXT loads the weights of a panel for one step.
#define NEXT(pointer, w) FMOVQ.P 16(pointer), w

// BEGIN prepares the steps of a tile: R4 goes through rows, R10 counts.
#define BEGIN MOVD rows+32(FP), R4; MOVD R0, R10

// LOCATE leaves in R9 where the next row of b is.
#define LOCATE MOVD.P 8(R4), R9; ADD R3, R9

// AGAIN counts down and branches.
#define AGAIN(count, label) SUBS $1, count; BNE label

// STORE writes a row of c, at R8, and goes on to the next.
#define STORE1(v) VST1.P [v.S4], (R8)(R7)
#define STORE2(v0, v1) VST1.P [v0.S4, v1.S4], (R8)(R7)
#define STORE4(v0, v1, v2, v3) VST1.P [v0.S4, v1.S4, v2.S4, v3.S4], (R8)(R7)

// PANELS begins with the first panel: R1 goes through a, R8 is at the panel's first row of c.
#define PANELS MOVD a+8(FP), R1; MOVD panels+16(FP), R2; MOVD R6, R8

// BEHIND sets to, one panel (R11 bytes) behind from.
#define BEHIND(from, to) ADD R11, from, to

// func tiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int)
TEXT ·tiles(SB), NOSPLIT, $0-64
	MOVD k+0(FP), R0
	MOVD b+24(FP), R3
	MOVD blocks+40(FP), R5
	MOVD c+48(FP), R6
	MOVD ldc+56(FP), R7
	LSL $2, R7
	LSL $4, R0, R11 // bytes of a panel

four: // blocks at a time
	SUBS $4, R5
	BLT two
	PANELS

panelOfFour:
	ZERO16
	BEGIN

stepOfFour:
	LOCATE
	FLDPQ (R9), (F16, F17)
	FLDPQ 32(R9), (F18, F19)
	NEXT(R1, F20)
	PANEL4(20, 0)
	AGAIN(R10, stepOfFour)
	STORE4(V0, V1, V2, V3)
	STORE4(V4, V5, V6, V7)
	STORE4(V8, V9, V10, V11)
	STORE4(V12, V13, V14, V15)
	AGAIN(R2, panelOfFour)
	ADD $64, R3
	ADD $64, R6
	B four

two: // R5 is 4 below the number of blocks left, whose last two bits it has
	TBZ $1, R5, one
	PANELS

panelsOfTwo:
	SUBS $2, R2
	BLT panelOfTwo
	ZERO16
	BEHIND(R1, R12)
	BEGIN

stepOfTwo:
	LOCATE
	FLDPQ (R9), (F16, F17)
	NEXT(R1, F20)
	NEXT(R12, F21)
	PANEL2(20, 0)
	PANEL2(21, 8)
	AGAIN(R10, stepOfTwo)
	STORE2(V0, V1)
	STORE2(V2, V3)
	STORE2(V4, V5)
	STORE2(V6, V7)
	STORE2(V8, V9)
	STORE2(V10, V11)
	STORE2(V12, V13)
	STORE2(V14, V15)
	MOVD R12, R1
	B panelsOfTwo

panelOfTwo: // the last, where their number is odd
	TBZ $0, R2, doneTwo
	ZERO8
	BEGIN

lastOfTwo:
	LOCATE
	FLDPQ (R9), (F16, F17)
	NEXT(R1, F20)
	PANEL2(20, 0)
	AGAIN(R10, lastOfTwo)
	STORE2(V0, V1)
	STORE2(V2, V3)
	STORE2(V4, V5)
	STORE2(V6, V7)

doneTwo:
	ADD $32, R3
	ADD $32, R6

one:
	TBZ $0, R5, done
	PANELS

panelsOfOne:
	SUBS $4, R2
	BLT panelOfOne
	ZERO16
	BEHIND(R1, R12)
	BEHIND(R12, R13)
	BEHIND(R13, R14)
	BEGIN

stepOfOne:
	LOCATE
	FMOVQ (R9), F16
	NEXT(R1, F20)
	NEXT(R12, F21)
	NEXT(R13, F22)
	NEXT(R14, F23)
	PANEL1(20, 0)
	PANEL1(21, 4)
	PANEL1(22, 8)
	PANEL1(23, 12)
	AGAIN(R10, stepOfOne)
	STORE1(V0)
	STORE1(V1)
	STORE1(V2)
	STORE1(V3)
	STORE1(V4)
	STORE1(V5)
	STORE1(V6)
	STORE1(V7)
	STORE1(V8)
	STORE1(V9)
	STORE1(V10)
	STORE1(V11)
	STORE1(V12)
	STORE1(V13)
	STORE1(V14)
	STORE1(V15)
	MOVD R14, R1
	B panelsOfOne

panelOfOne: // the last 1 to 3
	ADDS $4, R2
	BEQ done

lastOfOne:
	ZERO4(V0, V1, V2, V3)
	BEGIN

lastStep:
	LOCATE
	FMOVQ (R9), F16
	NEXT(R1, F20)
	PANEL1(20, 0)
	AGAIN(R10, lastStep)
	STORE1(V0)
	STORE1(V1)
	STORE1(V2)
	STORE1(V3)
	AGAIN(R2, lastOfOne)

done:
	RET
