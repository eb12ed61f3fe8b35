//go:build goexperiment.simd

#include "vector_wasm.h"

// MAX makes v the larger of v and what lies at a pointer, or what of the two is not a number, in fewer steps than F32x4Max
// takes on amd64.
#define MAX(pointer, offset, v) \
	LOAD(pointer, offset, V1) \
	Get v; Get V1; F32x4Pmax; Get V1; Get V1; F32x4Ne; V128Or; Set v

// ONWARD goes on by 16 bytes, but not beyond the last four columns.
#define ONWARD \
	Get R8; I64Const $16; I64Add; Set R8 \
	Get R7; Get R8; Get R7; Get R8; I64LtS; Select; Set R8

// func wasmMaxRows(dst, x unsafe.Pointer, pitch, rows, n int)
TEXT ·wasmMaxRows(SB), NOSPLIT, $0-40
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD pitch+16(FP), R2
	MOVD rows+24(FP), R3
	MOVD n+32(FP), R4
	Get R4; I64Const $4; I64Sub; I64Const $2; I64Shl; Set R7 // bytes from here to the last four columns
	I64Const $0; Set R8
	Get R3; I64Const $3; I64Eq
	If // the usual number
		Get R1; Get R2; I64Add; Set R5
		Get R5; Get R2; I64Add; Set R6
		Loop
			Get R1; Get R8; I64Add; Set R9
			LOAD(R9, 0, V0)
			Get R5; Get R8; I64Add; Set R9
			MAX(R9, 0, V0)
			Get R6; Get R8; I64Add; Set R9
			MAX(R9, 0, V0)
			Get R0; Get R8; I64Add; Set R9
			STORE(V0, R9, 0)
			Get R8; Get R7; I64Eq
			If
				RET
			End
			ONWARD
			Br $0
		End
	End
	Loop // over four columns, R8 bytes on
		Get R1; Get R8; I64Add; Set R5
		Get R3; Set R6
		LOAD(R5, 0, V0)
		Block
			Loop // over the rows after the first
				Get R6; I64Const $1; I64Sub; Tee R6; I64Eqz; BrIf $1
				ADD(R5, R2)
				MAX(R5, 0, V0)
				Br $0
			End
		End
		Get R0; Get R8; I64Add; Set R5
		STORE(V0, R5, 0)
		Get R8; Get R7; I64Eq
		If
			RET
		End
		ONWARD
		Br $0
	End
	RET

// func wasmMaxColumns(dst, x unsafe.Pointer, window, n int)
TEXT ·wasmMaxColumns(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD window+16(FP), R3
	MOVD n+24(FP), R2
	Get R2; I64Const $3; I64Add; I64Const $2; I64ShrU; Set R2
	Get R3; I64Const $3; I64Eq
	If // the usual one
		Loop
			LOAD(R1, 0, V0)
			MAX(R1, 4, V0)
			MAX(R1, 8, V0)
			STORE(V0, R0, 0)
			ADVANCE(R0, 16)
			ADVANCE(R1, 16)
			AGAIN(R2)
		End
		RET
	End
	Loop // over four columns
		LOAD(R1, 0, V0)
		Get R1; Set R4
		Get R3; Set R5
		Block
			Loop // over the columns of the window after the first
				Get R5; I64Const $1; I64Sub; Tee R5; I64Eqz; BrIf $1
				ADVANCE(R4, 4)
				MAX(R4, 0, V0)
				Br $0
			End
		End
		STORE(V0, R0, 0)
		ADVANCE(R0, 16)
		ADVANCE(R1, 16)
		AGAIN(R2)
	End
	RET

#define COPY(from, to) Get R0; I32WrapI64; Get R1; I32WrapI64; I32Load $from; I32Store $to

// func wasmEveryNth(dst, x unsafe.Pointer, step, n int)
TEXT ·wasmEveryNth(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD step+16(FP), R2
	MOVD n+24(FP), R3
	Block
		Get R2; I64Const $8; I64Ne; BrIf $0 // every second one, eight at a time
		Loop
			Get R3; I64Const $8; I64LtS; BrIf $1
			COPY(0, 0)
			COPY(8, 4)
			COPY(16, 8)
			COPY(24, 12)
			COPY(32, 16)
			COPY(40, 20)
			COPY(48, 24)
			COPY(56, 28)
			ADVANCE(R0, 32)
			ADVANCE(R1, 64)
			Get R3; I64Const $8; I64Sub; Set R3
			Br $0
		End
	End
	Loop
		Get R3; I64Eqz
		If
			RET
		End
		COPY(0, 0)
		ADVANCE(R0, 4)
		ADD(R1, R2)
		Get R3; I64Const $1; I64Sub; Set R3
		Br $0
	End
	RET
