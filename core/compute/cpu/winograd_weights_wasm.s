//go:build goexperiment.simd

#include "go_asm.h"
#include "vector_wasm.h"

#define CONST64(value, to) F64Const $value; F64x2Splat; Set to
#define MUL64(a, b, to) Get a; Get b; F64x2Mul; Set to
#define ADD64(a, b, to) Get a; Get b; F64x2Add; Set to
#define SUB64(a, b, to) Get a; Get b; F64x2Sub; Set to

// TAPS makes both lanes of a vector of the numbers at two pointers.
#define TAPS(first, second, to) \
	Get first; I32WrapI64; F32Load $0; F64PromoteF32; F64x2Splat; \
	Get second; I32WrapI64; F32Load $0; F64PromoteF32; F64x2ReplaceLane $0, $1; Set to

// TRANSFORM is weightTransform of V0, V1 and V2 into V0, V3, V4, V5, V6 and V2; V10 to V14 are ⅓, ⅔, ⅙, √2/3 and √2/6, and V15 is 0.
#define TRANSFORM \
	MUL64(V10, V2, V7) \
	Get V11; Get V0; F64x2Mul; Get V7; F64x2Add; Set V8 \
	MUL64(V13, V1, V9) \
	Get V15; Get V8; F64x2Sub; Get V9; F64x2Sub; Set V3 \
	SUB64(V9, V8, V4) \
	Get V12; Get V0; F64x2Mul; Get V7; F64x2Add; Set V8 \
	MUL64(V14, V1, V9) \
	ADD64(V8, V9, V5) \
	SUB64(V8, V9, V6)

// PUT writes both lanes as float32, and goes to the next place.
#define PUT(v) \
	Get R8; I32WrapI64; Get v; F32x4DemoteF64x2Zero; I64x2ExtractLane $0; I64Store $0 \
	ADD(R8, R1)

// func wasmTransformWeights(to unsafe.Pointer, place int, from unsafe.Pointer, step, tap int, columns *[winogradInput][3][2]float64)
TEXT ·wasmTransformWeights(SB), NOSPLIT, $0-48
	MOVD to+0(FP), R0
	MOVD place+8(FP), R1
	MOVD from+16(FP), R2
	MOVD step+24(FP), R3
	MOVD tap+32(FP), R4
	MOVD columns+40(FP), R5
	CONST64(0.33333333333333333333, V10)
	CONST64(0.66666666666666666667, V11)
	CONST64(0.16666666666666666667, V12)
	CONST64(0.47140452079103168293, V13)
	CONST64(0.23570226039551584147, V14)
	ZERO(V15)
	Get R4; I64Const $3; I64Mul; Set R6 // to the next row of taps
	I64Const $2; Set R7
	Loop // over the pairs of outputs
		Get R2; Set R8
		Get R2; Get R3; I64Add; Set R9
		Get R5; Set R10
		I64Const $3; Set R11
		Loop // over the columns of taps
			Get R8; Set R12
			Get R9; Set R13
			TAPS(R12, R13, V0)
			ADD(R12, R6)
			ADD(R13, R6)
			TAPS(R12, R13, V1)
			ADD(R12, R6)
			ADD(R13, R6)
			TAPS(R12, R13, V2)
			TRANSFORM
			STORE(V0, R10, 0)
			STORE(V3, R10, 48)
			STORE(V4, R10, 96)
			STORE(V5, R10, 144)
			STORE(V6, R10, 192)
			STORE(V2, R10, 240)
			ADD(R8, R4)
			ADD(R9, R4)
			ADVANCE(R10, 16)
			AGAIN(R11)
		End
		Get R0; Set R8
		Get R5; Set R10
		I64Const $6; Set R11
		Loop // over the rows of what came of it
			LOAD(R10, 0, V0)
			LOAD(R10, 16, V1)
			LOAD(R10, 32, V2)
			TRANSFORM
			PUT(V0)
			PUT(V3)
			PUT(V4)
			PUT(V5)
			PUT(V6)
			PUT(V2)
			ADVANCE(R10, 48)
			AGAIN(R11)
		End
		ADVANCE(R0, 8)
		ADD(R2, R3)
		ADD(R2, R3)
		AGAIN(R7)
	End
	RET
