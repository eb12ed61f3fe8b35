//go:build goexperiment.simd

#include "go_asm.h"
#include "vector_wasm.h"

#define CONST(value, to) F32Const $value; F32x4Splat; Set to

// V0 to V5 become Bᵀ of V0 to V5, by way of V6 to V9; V10 to V14 are those of INPUTCONST.
#define INPUTCONST \
	CONST(0.5, V10) \
	CONST(2.0, V11) \
	CONST(2.5, V12) \
	CONST(0.70710678118654752440, V13) \
	CONST(1.41421356237309504880, V14)

#define INPUT \
	Get V4; Get V2; Get V11; F32x4Mul; F32x4Sub; Set V6 \
	Get V3; Get V1; Get V11; F32x4Mul; F32x4Sub; Get V13; F32x4Mul; Set V7 \
	Get V4; Get V2; Get V10; F32x4Mul; F32x4Sub; Set V8 \
	Get V3; Get V1; Get V10; F32x4Mul; F32x4Sub; Get V14; F32x4Mul; Set V9 \
	Get V0; Get V4; F32x4Add; Get V2; Get V12; F32x4Mul; F32x4Sub; Set V0 \
	Get V5; Get V1; F32x4Add; Get V3; Get V12; F32x4Mul; F32x4Sub; Set V5 \
	ADDV(V6, V7, V1) \
	SUBV(V6, V7, V2) \
	ADDV(V8, V9, V3) \
	SUBV(V8, V9, V4)

// V0 to V3 become Aᵀ of V0 to V5, by way of V6 to V9; V10 is 0.5, F0 √0.5 and F1 √2.
#define OUTPUT \
	ADDV(V1, V2, V6) \
	Get V1; Get V2; F32x4Sub; Get F0; F32x4Splat; F32x4Mul; Set V7 \
	ADDV(V3, V4, V8) \
	Get V3; Get V4; F32x4Sub; Get F1; F32x4Splat; F32x4Mul; Set V9 \
	Get V0; Get V6; F32x4Add; Get V8; F32x4Add; Set V0 \
	ADDV(V7, V9, V1) \
	ADDV(V8, V8, V8) \
	ADDV(V9, V9, V9) \
	Get V6; Get V10; F32x4Mul; Get V8; F32x4Add; Set V2 \
	Get V7; Get V10; F32x4Mul; Get V9; F32x4Add; Get V5; F32x4Add; Set V3

// even is a0 b0 a2 b2 and odd a1 b1 a3 b3; V15 has ones in the even lanes. odd may be a.
#define ZIP(a, b, even, odd) \
	Get a; Get V15; V128And; Get b; I32Const $32; I64x2Shl; V128Or; \
	Get a; I32Const $32; I64x2ShrU; Get b; Get V15; V128Andnot; V128Or; \
	Set odd; Set even

// even and odd are elements 2n and 2n+1, offset bytes on, of the four tiles at R1 to R4.
#define PAIR(offset, even, odd) \
	Get R1; I32WrapI64; V128Load $offset; Get R3; I32WrapI64; F64Load $offset; F64x2ReplaceLane $0, $1; Set V6 \
	Get R2; I32WrapI64; V128Load $offset; Get R4; I32WrapI64; F64Load $offset; F64x2ReplaceLane $0, $1; Set V7 \
	ZIP(V6, V7, even, odd)

// func channelColumns(to unsafe.Pointer, pitch int, from *[winogradInput]unsafe.Pointer, n int)
TEXT ·channelColumns(SB), NOSPLIT, $0-32
	MOVD to+0(FP), R6
	MOVD pitch+8(FP), R7
	MOVD from+16(FP), R8
	MOVD n+24(FP), R9
	Get R8; I32WrapI64; I64Load $0; Set R0
	Get R8; I32WrapI64; I64Load $8; Set R1
	Get R8; I32WrapI64; I64Load $16; Set R2
	Get R8; I32WrapI64; I64Load $24; Set R3
	Get R8; I32WrapI64; I64Load $32; Set R4
	Get R8; I32WrapI64; I64Load $40; Set R5
	INPUTCONST
	ZERO(V15)
	Get R6; Get R7; I64Add; Set R10
	Get R10; Get R7; I64Add; Set R11
	Get R11; Get R7; I64Add; Set R12
	Get R12; Get R7; I64Add; Set R13
	Get R13; Get R7; I64Add; Set R14
	STORE(V15, R6, 0) // left of the image
	STORE(V15, R10, 0)
	STORE(V15, R11, 0)
	STORE(V15, R12, 0)
	STORE(V15, R13, 0)
	STORE(V15, R14, 0)
	Get R9; I64Const $3; I64Add; I64Const $2; I64ShrU; Set R8
	Loop
		LOAD(R0, 0, V0)
		LOAD(R1, 0, V1)
		LOAD(R2, 0, V2)
		LOAD(R3, 0, V3)
		LOAD(R4, 0, V4)
		LOAD(R5, 0, V5)
		INPUT
		STORE(V0, R6, 16)
		STORE(V1, R10, 16)
		STORE(V2, R11, 16)
		STORE(V3, R12, 16)
		STORE(V4, R13, 16)
		STORE(V5, R14, 16)
		ADVANCE(R0, 16)
		ADVANCE(R1, 16)
		ADVANCE(R2, 16)
		ADVANCE(R3, 16)
		ADVANCE(R4, 16)
		ADVANCE(R5, 16)
		ADVANCE(R6, 16)
		ADVANCE(R10, 16)
		ADVANCE(R11, 16)
		ADVANCE(R12, 16)
		ADVANCE(R13, 16)
		ADVANCE(R14, 16)
		AGAIN(R8)
	End
	// Back to the end of the image, if n is not whole vectors: zeros to its right.
	I64Const $0; Get R9; I64Sub; I64Const $3; I64And; I64Const $-4; I64Mul; Set R8
	Get R6; Get R8; I64Add; Set R6
	Get R10; Get R8; I64Add; Set R10
	Get R11; Get R8; I64Add; Set R11
	Get R12; Get R8; I64Add; Set R12
	Get R13; Get R8; I64Add; Set R13
	Get R14; Get R8; I64Add; Set R14
	STORE(V15, R6, 16)
	STORE(V15, R6, 32)
	STORE(V15, R10, 16)
	STORE(V15, R10, 32)
	STORE(V15, R11, 16)
	STORE(V15, R11, 32)
	STORE(V15, R12, 16)
	STORE(V15, R12, 32)
	STORE(V15, R13, 16)
	STORE(V15, R13, 32)
	STORE(V15, R14, 16)
	STORE(V15, R14, 32)
	RET

// func panelRows(to unsafe.Pointer, place int, at *[4]unsafe.Pointer, pitch, channels int)
TEXT ·panelRows(SB), NOSPLIT, $0-40
	MOVD to+0(FP), R5
	MOVD place+8(FP), R6
	MOVD at+16(FP), R8
	MOVD pitch+24(FP), R7
	MOVD channels+32(FP), R0
	Get R8; I32WrapI64; I64Load $0; Set R1
	Get R8; I32WrapI64; I64Load $8; Set R2
	Get R8; I32WrapI64; I64Load $16; Set R3
	Get R8; I32WrapI64; I64Load $24; Set R4
	INPUTCONST
	V128Const $0x00000000FFFFFFFF, $0x00000000FFFFFFFF
	Set V15
	Loop // over the channels
		Get R5; Set R9
		I64Const $6; Set R8
		Loop // over the rows; R9 goes through the places
			PAIR(0, V0, V1)
			PAIR(8, V2, V3)
			PAIR(16, V4, V5)
			INPUT
			STORE(V0, R9, 0)
			ADD(R9, R6)
			STORE(V1, R9, 0)
			ADD(R9, R6)
			STORE(V2, R9, 0)
			ADD(R9, R6)
			STORE(V3, R9, 0)
			ADD(R9, R6)
			STORE(V4, R9, 0)
			ADD(R9, R6)
			STORE(V5, R9, 0)
			ADD(R9, R6)
			ADD(R1, R7)
			ADD(R2, R7)
			ADD(R3, R7)
			ADD(R4, R7)
			AGAIN(R8)
		End
		ADVANCE(R5, 16)
		AGAIN(R0)
	End
	RET

// lo is a0 a1 b0 b1 and hi a2 a3 b2 b3; hi may be a or b, lo may be neither.
#define HALVES(a, b, lo, hi) \
	Get a; Get b; F64x2ExtractLane $0, $0; F64x2ReplaceLane $0, $1; Set lo \
	Get b; Get a; F64x2ExtractLane $0, $1; F64x2ReplaceLane $0, $0; Set hi

// FINISH stores v, four outputs in a row of one channel, and goes on to the next channel; R5 is at y, R6 at base.
#define FINISH(v) \
	Get v; Get R6; I32WrapI64; V128Load $0; F32x4Add; Set v \
	Get v; Get v; Get V12; F32x4Mul; F32x4Pmax; Get V13; F32x4Pmin; Get V14; F32x4Pmax; Set v \
	STORE(v, R5, 0) \
	ADD(R5, R7) \
	ADD(R6, R8)

// func tileOutputs(o *outputs)
TEXT ·tileOutputs(SB), NOSPLIT, $0-8
	MOVD o+0(FP), R0
	Get R0; I32WrapI64; I64Load $outputs_from; Set R1
	Get R0; I32WrapI64; I64Load $outputs_groups; Set R2
	Get R0; I32WrapI64; I64Load $outputs_place; Set R3
	Get R0; I32WrapI64; I64Load $outputs_bias; Set R4
	Get R0; I32WrapI64; I64Load $outputs_yChannel; Set R7
	Get R0; I32WrapI64; I64Load $outputs_baseChannel; Set R8
	Get R0; I32WrapI64; F32Load $(outputs_act+const_actSlope); F32x4Splat; Set V12
	Get R0; I32WrapI64; F32Load $(outputs_act+const_actMax); F32x4Splat; Set V13
	Get R0; I32WrapI64; F32Load $(outputs_act+const_actMin); F32x4Splat; Set V14
	CONST(0.5, V10)
	F32Const $0.70710678118654752440; Set F0
	F32Const $1.41421356237309504880; Set F1
	V128Const $0x00000000FFFFFFFF, $0x00000000FFFFFFFF
	Set V15
	Loop // over groups of four channels
		Get R0; I32WrapI64; I64Load $outputs_half; Set R9
		Get R1; Set R10
		I64Const $6; Set R11
		Loop // over the columns of the 6×6
			Get R10; Set R12
			Get R3; I64Const $6; I64Mul; Set R13
			LOAD(R12, 0, V0)
			ADD(R12, R13)
			LOAD(R12, 0, V1)
			ADD(R12, R13)
			LOAD(R12, 0, V2)
			ADD(R12, R13)
			LOAD(R12, 0, V3)
			ADD(R12, R13)
			LOAD(R12, 0, V4)
			ADD(R12, R13)
			LOAD(R12, 0, V5)
			OUTPUT
			STORE(V0, R9, 0)
			STORE(V1, R9, 96)
			STORE(V2, R9, 192)
			STORE(V3, R9, 288)
			ADVANCE(R9, 16)
			ADD(R10, R3)
			AGAIN(R11)
		End
		Get R0; I32WrapI64; I64Load $outputs_half; Set R9
		Get R0; I32WrapI64; I64Load $outputs_y; Set R10
		Get R0; I32WrapI64; I64Load $outputs_base; Set R12
		LOAD(R4, 0, V11)
		I64Const $4; Set R11
		Loop // over the rows of the 4×4
			LOAD(R9, 0, V0)
			LOAD(R9, 16, V1)
			LOAD(R9, 32, V2)
			LOAD(R9, 48, V3)
			LOAD(R9, 64, V4)
			LOAD(R9, 80, V5)
			OUTPUT
			ADDV(V0, V11, V0)
			ADDV(V1, V11, V1)
			ADDV(V2, V11, V2)
			ADDV(V3, V11, V3)
			ZIP(V0, V1, V4, V5) // from four columns of four channels to four channels of four columns
			ZIP(V2, V3, V6, V7)
			HALVES(V4, V6, V0, V2)
			HALVES(V5, V7, V1, V3)
			Get R10; Set R5
			Get R12; Set R6
			FINISH(V0)
			FINISH(V1)
			FINISH(V2)
			FINISH(V3)
			ADVANCE(R9, 96)
			Get R10; Get R0; I32WrapI64; I64Load $outputs_yRow; I64Add; Set R10
			Get R12; Get R0; I32WrapI64; I64Load $outputs_baseRow; I64Add; Set R12
			AGAIN(R11)
		End
		ADVANCE(R1, 16)
		ADVANCE(R4, 16)
		Get R0; I32WrapI64; Get R0; I32WrapI64; I64Load $outputs_y; Get R7; I64Const $2; I64Shl; I64Add; I64Store $outputs_y
		Get R0; I32WrapI64; Get R0; I32WrapI64; I64Load $outputs_base; Get R8; I64Const $2; I64Shl; I64Add; I64Store $outputs_base
		AGAIN(R2)
	End
	RET

// func wasmCutPatch(y unsafe.Pointer, channel, row int, patch unsafe.Pointer, channels, height, width int)
TEXT ·wasmCutPatch(SB), NOSPLIT, $0-56
	MOVD y+0(FP), R0
	MOVD channel+8(FP), R1
	MOVD row+16(FP), R2
	MOVD patch+24(FP), R3
	MOVD channels+32(FP), R4
	MOVD height+40(FP), R5
	MOVD width+48(FP), R6
	Loop // over the channels
		Get R0; Set R7
		Get R3; Set R8
		Get R5; Set R9
		Loop // over the rows
			Get R7; Set R10
			Get R8; Set R11
			Get R6; Set R12
			Loop
				Get R10; I32WrapI64; Get R11; I32WrapI64; I32Load $0; I32Store $0
				ADVANCE(R10, 4)
				ADVANCE(R11, 4)
				AGAIN(R12)
			End
			ADD(R7, R2)
			ADVANCE(R8, 16)
			AGAIN(R9)
		End
		ADD(R0, R1)
		ADVANCE(R3, 64)
		AGAIN(R4)
	End
	RET
