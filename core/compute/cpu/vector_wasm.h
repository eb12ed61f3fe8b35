// Shorthand for assembly on wasm. Registers are wasm locals: R0 to R15 are int64, V0 to V15 vectors of four float32.
// There are no fused multiply-adds: each product is rounded.

#include "textflag.h"

#define LOAD(pointer, offset, to) Get pointer; I32WrapI64; V128Load $offset; Set to
#define STORE(from, pointer, offset) Get pointer; I32WrapI64; Get from; V128Store $0, $offset
// Go's assembler leaves out the memory operand of V128Load32Splat (alignment 2 and an offset, here below 128), but these
// two bytes are also how it writes the opcode of a Block, 2, and a type: $128 minus the offset.
#define SPLAT(pointer, offset, to) Get pointer; I32WrapI64; V128Load32Splat; Block $(128-offset); Set to
#define ADD(pointer, bytes) Get pointer; Get bytes; I64Add; Set pointer
#define ADVANCE(pointer, bytes) Get pointer; I64Const $bytes; I64Add; Set pointer
#define ZERO(v) V128Const $0, $0; Set v
#define MULADD(a, b, sum) Get a; Get b; F32x4Mul; Get sum; F32x4Add; Set sum
#define AGAIN(count) Get count; I64Const $1; I64Sub; Tee count; I64Const $0; I64Ne; BrIf $0
#define ADDV(a, b, to) Get a; Get b; F32x4Add; Set to
#define SUBV(a, b, to) Get a; Get b; F32x4Sub; Set to

// PRODUCT makes V0 to V7 a tile, four rows of two vectors: the sum of count products of the four weights at a, each with
// the two vectors at b. Neither a longer step nor a larger tile is faster: V8 puts all loads of a step before its
// arithmetic, in whatever order they are written, and has 15 vector registers.
#define PRODUCT(a, b, count) \
	ZERO(V0) \
	ZERO(V1) \
	ZERO(V2) \
	ZERO(V3) \
	ZERO(V4) \
	ZERO(V5) \
	ZERO(V6) \
	ZERO(V7) \
	Loop \
		LOAD(b, 0, V8) \
		LOAD(b, 16, V9) \
		SPLAT(a, 0, V10) \
		MULADD(V10, V8, V0) \
		MULADD(V10, V9, V1) \
		SPLAT(a, 4, V10) \
		MULADD(V10, V8, V2) \
		MULADD(V10, V9, V3) \
		SPLAT(a, 8, V10) \
		MULADD(V10, V8, V4) \
		MULADD(V10, V9, V5) \
		SPLAT(a, 12, V10) \
		MULADD(V10, V8, V6) \
		MULADD(V10, V9, V7) \
		ADVANCE(a, 16) \
		ADVANCE(b, 32) \
		AGAIN(count) \
	End
