//go:build goexperiment.simd

#include "go_asm.h"
#include "textflag.h"

// Written by hand because of what the compiler of Go 1.27 makes of the same code in archsimd: it loads constants again for
// every vector, sends the four channels of an output through the stack, and leaves a NOP for each inlined call. A step of
// columns takes 30 instructions here, one of rows 44, and 4 × 4 outputs of 4 channels take 370. Compiled they take 69, 65
// and about 1050. This was counted, not timed: the code has only run under qemu.

#define ZERO(v) VMOVI $0, v.B16
#define CONST(value, f, v) FMOVS $value, f; VDUP v.S[0], v.S4

// LOAD and STORE go on by the bytes in register step.
#define LOAD(pointer, step, v) VLD1.P (pointer)(step), [v.S4]
#define STORE(v, pointer, step) VST1.P [v.S4], (pointer)(step)

#define ADDV(a, b, to) VFADD b.S4, a.S4, to.S4
#define SUBV(a, b, to) VFSUB b.S4, a.S4, to.S4
#define MULV(a, b, to) VFMUL b.S4, a.S4, to.S4
#define MULADD(a, b, sum) VFMLA b.S4, a.S4, sum.S4
#define MULSUB(a, b, sum) VFMLS b.S4, a.S4, sum.S4

// ZIP1 is a0 b0 a1 b1, ZIP2 is a2 b2 a3 b3.
#define ZIP1(a, b, to) VZIP1 b.S4, a.S4, to.S4
#define ZIP2(a, b, to) VZIP2 b.S4, a.S4, to.S4

#define INPUTCONST \
	CONST(0.5, F24, V24) \
	CONST(2.0, F25, V25) \
	CONST(2.5, F26, V26) \
	CONST(0.70710678118654752440, F27, V27) \
	CONST(1.41421356237309504880, F28, V28)

// INPUT makes Bᵀ of V0 to V5, in V0, V1, V2, V6, V4 and V5, by way of V7; V24 to V28 are those of INPUTCONST.
#define INPUT \
	ADDV(V0, V4, V0) \
	MULSUB(V2, V26, V0) \
	ADDV(V1, V5, V5) \
	MULSUB(V3, V26, V5) \
	VMOV V4.B16, V6.B16 \
	MULSUB(V2, V25, V6) \
	VMOV V3.B16, V7.B16 \
	MULSUB(V1, V25, V7) \
	MULV(V7, V27, V7) \
	MULSUB(V2, V24, V4) \
	MULSUB(V1, V24, V3) \
	MULV(V3, V28, V3) \
	ADDV(V6, V7, V1) \
	SUBV(V6, V7, V2) \
	ADDV(V4, V3, V6) \
	SUBV(V4, V3, V4)

// func channelColumns(to unsafe.Pointer, pitch int, from *[winogradInput]unsafe.Pointer, n int)
TEXT ·channelColumns(SB), NOSPLIT, $0-32
	MOVD to+0(FP), R6
	MOVD pitch+8(FP), R7
	MOVD from+16(FP), R8
	MOVD n+24(FP), R9
	LDP (R8), (R0, R1)
	LDP 16(R8), (R2, R3)
	LDP 32(R8), (R4, R5)
	ADD R9<<2, R6, R15 // to the right of the image, less what is left of it
	ADD R7, R6, R10
	ADD R7, R10, R11
	ADD R7, R11, R12
	ADD R7, R12, R13
	ADD R7, R13, R14
	INPUTCONST
	ZERO(V16)
	ZERO(V17)
	FMOVQ.P F16, 16(R6) // left of the image
	FMOVQ.P F16, 16(R10)
	FMOVQ.P F16, 16(R11)
	FMOVQ.P F16, 16(R12)
	FMOVQ.P F16, 16(R13)
	FMOVQ.P F16, 16(R14)

columns:
	FMOVQ.P 16(R0), F0
	FMOVQ.P 16(R1), F1
	FMOVQ.P 16(R2), F2
	FMOVQ.P 16(R3), F3
	FMOVQ.P 16(R4), F4
	FMOVQ.P 16(R5), F5
	INPUT
	FMOVQ.P F0, 16(R6)
	FMOVQ.P F1, 16(R10)
	FMOVQ.P F2, 16(R11)
	FMOVQ.P F6, 16(R12)
	FMOVQ.P F4, 16(R13)
	FMOVQ.P F5, 16(R14)
	SUBS $4, R9
	BGT columns

	MOVD $6, R9

right:
	FSTPQ (F16, F17), 16(R15)
	ADD R7, R15
	SUBS $1, R9
	BNE right
	RET

// func panelRows(to unsafe.Pointer, place int, at *[4]unsafe.Pointer, pitch, channels int)
TEXT ·panelRows(SB), NOSPLIT, $0-40
	MOVD to+0(FP), R5
	MOVD place+8(FP), R6
	MOVD at+16(FP), R8
	MOVD pitch+24(FP), R7
	MOVD channels+32(FP), R0
	LDP (R8), (R1, R2)
	LDP 16(R8), (R3, R4)
	INPUTCONST

channel:
	MOVD R5, R9 // goes through the places
	MOVD $6, R8

row:
	FLDPQ (R1), (F16, F20) // six elements of a tile, and two that are not used
	FLDPQ (R2), (F17, F21)
	FLDPQ (R3), (F18, F22)
	FLDPQ (R4), (F19, F23)
	ADD R7, R1
	ADD R7, R2
	ADD R7, R3
	ADD R7, R4
	ZIP1(V16, V18, V4) // from four tiles of six elements to six elements of four tiles
	ZIP1(V17, V19, V5)
	ZIP2(V16, V18, V6)
	ZIP2(V17, V19, V7)
	ZIP1(V4, V5, V0)
	ZIP2(V4, V5, V1)
	ZIP1(V6, V7, V2)
	ZIP2(V6, V7, V3)
	ZIP1(V20, V22, V6)
	ZIP1(V21, V23, V7)
	ZIP1(V6, V7, V4)
	ZIP2(V6, V7, V5)
	INPUT
	STORE(V0, R9, R6)
	STORE(V1, R9, R6)
	STORE(V2, R9, R6)
	STORE(V6, R9, R6)
	STORE(V4, R9, R6)
	STORE(V5, R9, R6)
	SUBS $1, R8
	BNE row
	ADD $16, R5
	SUBS $1, R0
	BNE channel
	RET

// OUTPUT makes Aᵀ of m0 to m5, in m0, m1, y2 and m5; V24 is 0.5, V25 2, V26 √0.5 and V27 √2.
#define OUTPUT(m0, m1, m2, m3, m4, m5, y2) \
	ADDV(m1, m2, y2) \
	SUBV(m1, m2, m1) \
	ADDV(m3, m4, m2) \
	SUBV(m3, m4, m3) \
	MULV(m1, V26, m1) \
	MULV(m3, V27, m3) \
	ADDV(m0, y2, m0) \
	ADDV(m0, m2, m0) \
	MULV(y2, V24, y2) \
	MULADD(m2, V25, y2) \
	MULADD(m1, V24, m5) \
	ADDV(m1, m3, m1) \
	MULADD(m3, V25, m5)

// DOWN does this for a column of the 6×6, whose first element is at R8: R3 is the bytes to the next in a row, R5 in a
// column.
#define DOWN(m0, m1, y2, m5) \
	MOVD R8, R9 \
	LOAD(R9, R5, m0) \
	LOAD(R9, R5, m1) \
	LOAD(R9, R5, V28) \
	LOAD(R9, R5, V29) \
	LOAD(R9, R5, V30) \
	LOAD(R9, R5, m5) \
	ADD R3, R8 \
	OUTPUT(m0, m1, V28, V29, V30, m5, y2)

// ACROSS does it for a row of the 4×6 that DOWN left, adds the bias at R4, turns four columns of four channels into four
// channels of four columns, and makes the outputs from these; R12 is at y, R14 at base.
#define ACROSS(m0, m1, m2, m3, m4, m5) \
	OUTPUT(m0, m1, m2, m3, m4, m5, V28) \
	VLD1 (R4), [m2.S4] \
	ADDV(m0, m2, m0) \
	ADDV(m1, m2, m1) \
	ADDV(V28, m2, V28) \
	ADDV(m5, m2, m5) \
	ZIP1(m0, V28, m2) \
	ZIP1(m1, m5, m4) \
	ZIP2(m0, V28, m0) \
	ZIP2(m1, m5, m1) \
	ZIP1(m2, m4, m3) \
	ZIP2(m2, m4, m2) \
	ZIP1(m0, m1, V28) \
	ZIP2(m0, m1, m5) \
	MOVD R12, R13 \
	MOVD R14, R15 \
	FINISH(m3, m0, m1) \
	FINISH(m2, m0, m1) \
	FINISH(V28, m0, m1) \
	FINISH(m5, m0, m1) \
	ADD R16, R12 \
	ADD R17, R14

// FINISH stores v, four outputs in a row of one channel, and goes on to the next channel.
#define FINISH(v, t0, t1) \
	LOAD(R15, R11, t0) \
	ADDV(v, t0, v) \
	MULV(v, V29, t1) \
	VFMAX t1.S4, v.S4, v.S4 \
	VFMIN V30.S4, v.S4, v.S4 \
	VFMAX V31.S4, v.S4, v.S4 \
	STORE(v, R13, R10)

// func tileOutputs(o *outputs)
TEXT ·tileOutputs(SB), NOSPLIT, $0-8
	MOVD o+0(FP), R0
	MOVD outputs_from(R0), R1
	MOVD outputs_groups(R0), R2
	MOVD outputs_place(R0), R3
	MOVD outputs_bias(R0), R4
	MOVD outputs_y(R0), R6
	MOVD outputs_base(R0), R7
	MOVD outputs_yChannel(R0), R10
	MOVD outputs_baseChannel(R0), R11
	MOVD outputs_yRow(R0), R16
	MOVD outputs_baseRow(R0), R17
	ADD R3<<1, R3, R5
	LSL $1, R5
	ADD $(outputs_act+const_actSlope), R0, R19
	ADD $(outputs_act+const_actMax), R0, R20
	ADD $(outputs_act+const_actMin), R0, R21
	CONST(0.5, F24, V24)
	CONST(2.0, F25, V25)
	CONST(0.70710678118654752440, F26, V26)
	CONST(1.41421356237309504880, F27, V27)

group: // of four channels; V0 to V23 are the 4×6
	MOVD R1, R8
	DOWN(V0, V6, V12, V18)
	DOWN(V1, V7, V13, V19)
	DOWN(V2, V8, V14, V20)
	DOWN(V3, V9, V15, V21)
	DOWN(V4, V10, V16, V22)
	DOWN(V5, V11, V17, V23)
	VLD1R (R19), [V29.S4]
	VLD1R (R20), [V30.S4]
	VLD1R (R21), [V31.S4]
	MOVD R6, R12
	MOVD R7, R14
	ACROSS(V0, V1, V2, V3, V4, V5)
	ACROSS(V6, V7, V8, V9, V10, V11)
	ACROSS(V12, V13, V14, V15, V16, V17)
	ACROSS(V18, V19, V20, V21, V22, V23)
	ADD $16, R1
	ADD $16, R4
	ADD R10<<2, R6
	ADD R11<<2, R7
	SUBS $1, R2
	BNE group
	RET
