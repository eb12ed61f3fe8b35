//go:build goexperiment.simd

#include "vector_wasm.h"

// Written by hand because the compiler turns every loop on wasm into a jump through a table at the top of the
// function, which costs as much as the arithmetic of one step.

// func tiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int)
TEXT ·tiles(SB), NOSPLIT, $0-64
	MOVD b+24(FP), R3
	MOVD blocks+40(FP), R5
	MOVD c+48(FP), R6
	MOVD ldc+56(FP), R7
	Get R7
	I64Const $2
	I64Shl
	Set R7
	Loop // over the blocks of columns; R3 and R6 are at the block's first
		MOVD a+8(FP), R1
		MOVD panels+16(FP), R2
		Get R6
		Set R8
		Loop // over the panels; R1 goes through a, R8 is at the panel's first row of c
			MOVD k+0(FP), R0
			MOVD rows+32(FP), R4
			ZERO(V0)
			ZERO(V1)
			ZERO(V2)
			ZERO(V3)
			ZERO(V4)
			ZERO(V5)
			ZERO(V6)
			ZERO(V7)
			Loop // over the rows of b
				Get R4
				I32WrapI64
				I64Load $0
				Get R3
				I64Add
				Set R9
				LOAD(R9, 0, V8)
				LOAD(R9, 16, V9)
				SPLAT(R1, 0, V10)
				MULADD(V10, V8, V0)
				MULADD(V10, V9, V1)
				SPLAT(R1, 4, V10)
				MULADD(V10, V8, V2)
				MULADD(V10, V9, V3)
				SPLAT(R1, 8, V10)
				MULADD(V10, V8, V4)
				MULADD(V10, V9, V5)
				SPLAT(R1, 12, V10)
				MULADD(V10, V8, V6)
				MULADD(V10, V9, V7)
				ADVANCE(R1, 16)
				ADVANCE(R4, 8)
				AGAIN(R0)
			End
			STORE(V0, R8, 0)
			STORE(V1, R8, 16)
			ADD(R8, R7)
			STORE(V2, R8, 0)
			STORE(V3, R8, 16)
			ADD(R8, R7)
			STORE(V4, R8, 0)
			STORE(V5, R8, 16)
			ADD(R8, R7)
			STORE(V6, R8, 0)
			STORE(V7, R8, 16)
			ADD(R8, R7)
			AGAIN(R2)
		End
		ADVANCE(R3, 32)
		ADVANCE(R6, 32)
		AGAIN(R5)
	End
	RET
