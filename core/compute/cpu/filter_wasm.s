//go:build goexperiment.simd

#include "go_asm.h"
#include "vector_wasm.h"

// TAP begins a tap: R6 is at its first column, V8 its weight. R2 and R3 go on to the next tap.
#define TAP \
	Get R2; I32WrapI64; I64Load $0; Get R1; I64Add; Set R6 \
	SPLAT(R3, 0, V8) \
	ADVANCE(R2, 8) \
	ADVANCE(R3, 4)

// FINISH is the activation of sums.
#define FINISH(v) \
	Get v; Get v; Get V9; F32x4Mul; F32x4Pmax; Get V10; F32x4Pmin; Get V11; F32x4Pmax; Set v

// func assemblyFilter(y, x unsafe.Pointer, rows *uintptr, weights unsafe.Pointer, taps, n int, end *filterEnd)
TEXT ·assemblyFilter(SB), NOSPLIT, $0-56
	MOVD y+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+40(FP), R5
	MOVD end+48(FP), R7
	SPLAT(R7, (filterEnd_act+const_actSlope), V9)
	SPLAT(R7, (filterEnd_act+const_actMax), V10)
	SPLAT(R7, (filterEnd_act+const_actMin), V11)
	Loop // over the columns
		MOVD rows+16(FP), R2
		MOVD weights+24(FP), R3
		MOVD taps+32(FP), R4
		SPLAT(R7, filterEnd_bias, V0)
		Get V0; Set V1
		Get R5; I64Const $8; I64LeS
		If // the last ones
			Loop // over the taps
				TAP
				LOAD(R6, 0, V4)
				LOAD(R6, 16, V5)
				MULADD(V8, V4, V0)
				MULADD(V8, V5, V1)
				AGAIN(R4)
			End
			FINISH(V0)
			FINISH(V1)
			STORE(V0, R0, 0)
			STORE(V1, R0, 16)
			RET
		End
		Get V0; Set V2
		Get V0; Set V3
		Loop // over the taps
			TAP
			LOAD(R6, 0, V4)
			LOAD(R6, 16, V5)
			LOAD(R6, 32, V6)
			LOAD(R6, 48, V7)
			MULADD(V8, V4, V0)
			MULADD(V8, V5, V1)
			MULADD(V8, V6, V2)
			MULADD(V8, V7, V3)
			AGAIN(R4)
		End
		FINISH(V0)
		FINISH(V1)
		FINISH(V2)
		FINISH(V3)
		STORE(V0, R0, 0)
		STORE(V1, R0, 16)
		STORE(V2, R0, 32)
		STORE(V3, R0, 48)
		ADVANCE(R0, 64)
		ADVANCE(R1, 64)
		Get R5; I64Const $16; I64Sub; Tee R5; I64Const $0; I64GtS; BrIf $0
	End
	RET
