//go:build goexperiment.simd

#include "go_asm.h"
#include "vector_wasm.h"

// NEXT adds to a pointer the bytes of a block, or last before the last one: blocks are left.
#define NEXT(pointer, last, blocks) \
	Get pointer; Get last; I64Const $32; Get blocks; I64Const $2; I64Eq; Select; I64Add; Set pointer

// func packColumns(to, b unsafe.Pointer, rows *uintptr, k, blocks, last int)
TEXT ·packColumns(SB), NOSPLIT, $0-48
	MOVD to+0(FP), R0
	MOVD b+8(FP), R1
	MOVD k+24(FP), R3
	MOVD blocks+32(FP), R4
	MOVD last+40(FP), R5
	Loop // over the blocks
		MOVD rows+16(FP), R2
		Get R3; Set R6
		Loop // over the rows
			Get R2; I32WrapI64; I64Load $0; Get R1; I64Add; Set R7
			LOAD(R7, 0, V0)
			LOAD(R7, 16, V1)
			STORE(V0, R0, 0)
			STORE(V1, R0, 16)
			ADVANCE(R0, 32)
			ADVANCE(R2, 8)
			AGAIN(R6)
		End
		NEXT(R1, R5, R4)
		AGAIN(R4)
	End
	RET

// ROW is a row of a tile, v and w, with bias and activation, to R8; the row after it is the next.
#define ROW(v, w, offset) \
	SPLAT(R10, offset, V10) \
	ADDV(v, V10, v) \
	ADDV(w, V10, w) \
	Get v; Get v; Get V8; F32x4Mul; F32x4Pmax; Get V9; F32x4Pmin; Get V11; F32x4Pmax; Set v \
	Get w; Get w; Get V8; F32x4Mul; F32x4Pmax; Get V9; F32x4Pmin; Get V11; F32x4Pmax; Set w \
	STORE(v, R8, 0) \
	STORE(w, R8, 16) \
	ADD(R8, R7)

// func fusedTiles(t *fusedTile)
TEXT ·fusedTiles(SB), NOSPLIT, $0-8
	MOVD t+0(FP), R0
	Get R0; I32WrapI64; I64Load $fusedTile_b; Set R3
	Get R0; I32WrapI64; I64Load $fusedTile_blocks; Set R5
	Get R0; I32WrapI64; I64Load $fusedTile_y; Set R6
	Get R0; I32WrapI64; I64Load $fusedTile_row; Set R7
	Get R0; I32WrapI64; I64Load $fusedTile_last; Set R11
	Loop // over the blocks; R3 and R6 are at the block's first column
		Get R0; I32WrapI64; I64Load $fusedTile_a; Set R1
		Get R0; I32WrapI64; I64Load $fusedTile_panels; Set R2
		Get R0; I32WrapI64; I64Load $fusedTile_bias; Set R10
		Get R6; Set R8
		Loop // over the panels; R1 goes through a, R8 is at the panel's first row
			Get R0; I32WrapI64; I64Load $fusedTile_k; Set R9
			Get R3; Set R4
			PRODUCT(R1, R4, R9)
			SPLAT(R0, (fusedTile_act+const_actSlope), V8) // not before: in the loop they would take registers
			SPLAT(R0, (fusedTile_act+const_actMax), V9)
			SPLAT(R0, (fusedTile_act+const_actMin), V11)
			ROW(V0, V1, 0)
			ROW(V2, V3, 4)
			ROW(V4, V5, 8)
			ROW(V6, V7, 12)
			ADVANCE(R10, 16)
			AGAIN(R2)
		End
		Get R4; Set R3
		NEXT(R6, R11, R5)
		AGAIN(R5)
	End
	RET

// func packedTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, blocks int, c unsafe.Pointer, ldc int)
TEXT ·packedTiles(SB), NOSPLIT, $0-56
	MOVD b+24(FP), R3
	MOVD blocks+32(FP), R5
	MOVD c+40(FP), R6
	MOVD ldc+48(FP), R7
	Get R7; I64Const $2; I64Shl; Set R7
	Loop // over the blocks; R3 and R6 are at the block's first column
		MOVD a+8(FP), R1
		MOVD panels+16(FP), R2
		Get R6; Set R8
		Loop // over the panels; R1 goes through a, R8 is at the panel's first row
			MOVD k+0(FP), R9
			Get R3; Set R4
			PRODUCT(R1, R4, R9)
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
		Get R4; Set R3
		ADVANCE(R6, 32)
		AGAIN(R5)
	End
	RET
