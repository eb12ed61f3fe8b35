//go:build goexperiment.simd

#include "go_asm.h"
#include "textflag.h"

// The transforms for AVX2 and FMA, on vectors of eight: by hand for the multiply-adds and the loops, as in tile_amd64.h.

// CONSTANT is a number in all eight places.
#define CONSTANT(name, bits) \
	DATA name<>+0(SB)/4, $bits \
	DATA name<>+4(SB)/4, $bits \
	DATA name<>+8(SB)/4, $bits \
	DATA name<>+12(SB)/4, $bits \
	DATA name<>+16(SB)/4, $bits \
	DATA name<>+20(SB)/4, $bits \
	DATA name<>+24(SB)/4, $bits \
	DATA name<>+28(SB)/4, $bits \
	GLOBL name<>(SB), RODATA|NOPTR, $32

CONSTANT(minusHalf, 0xbf000000)
CONSTANT(minusTwo, 0xc0000000)
CONSTANT(minusFiveHalves, 0xc0200000)
CONSTANT(half, 0x3f000000)
CONSTANT(two, 0x40000000)
CONSTANT(rootHalf, 0x3f3504f3)
CONSTANT(rootTwo, 0x3fb504f3)
CONSTANT(halfRootHalf, 0x3eb504f3)
CONSTANT(twoRootTwo, 0x403504f3)

#define INPUTCONSTANTS \
	VMOVUPS minusHalf<>(SB), Y11 \
	VMOVUPS minusTwo<>(SB), Y12 \
	VMOVUPS minusFiveHalves<>(SB), Y13 \
	VMOVUPS rootHalf<>(SB), Y14 \
	VMOVUPS rootTwo<>(SB), Y15

// INPUT is Bᵀ of Y0 to Y5, left in Y0, Y1, Y6, Y2, Y4, Y5, by way of Y3 and Y7.
#define INPUT \
	VADDPS Y4, Y0, Y0 \
	VADDPS Y1, Y5, Y5 \
	VMOVAPS Y4, Y6 \
	VMOVAPS Y3, Y7 \
	VFMADD231PS Y2, Y13, Y0 \
	VFMADD231PS Y3, Y13, Y5 \
	VFMADD231PS Y2, Y12, Y6 \
	VFMADD231PS Y1, Y12, Y7 \
	VFMADD231PS Y2, Y11, Y4 \
	VFMADD231PS Y1, Y11, Y3 \
	VMOVAPS Y6, Y1 \
	VMOVAPS Y4, Y2 \
	VFMADD231PS Y7, Y14, Y1 \
	VFNMADD231PS Y7, Y14, Y6 \
	VFMADD231PS Y3, Y15, Y2 \
	VFNMADD231PS Y3, Y15, Y4

// func columnsAVX2(to unsafe.Pointer, pitch int, from *stripRows, bytes, channels int)
TEXT ·columnsAVX2(SB), NOSPLIT, $0-40
	MOVQ to+0(FP), R13
	MOVQ pitch+8(FP), R10
	LEAQ (R10)(R10*2), R11 // three times
	LEAQ (R10)(R10*4), R12 // five times
	MOVQ from+16(FP), R8
	MOVQ (stripRows_rows+0)(R8), AX
	MOVQ (stripRows_rows+8)(R8), BX
	MOVQ (stripRows_rows+16)(R8), CX
	MOVQ (stripRows_rows+24)(R8), DX
	MOVQ (stripRows_rows+32)(R8), SI
	MOVQ (stripRows_rows+40)(R8), DI
	MOVQ channels+32(FP), R15
	INPUTCONSTANTS
	VXORPS Y8, Y8, Y8

channel: // left of the image
	VMOVUPS X8, (R13)
	VMOVUPS X8, (R13)(R10*1)
	VMOVUPS X8, (R13)(R10*2)
	VMOVUPS X8, (R13)(R11*1)
	VMOVUPS X8, (R13)(R10*4)
	VMOVUPS X8, (R13)(R12*1)
	LEAQ 16(R13), R9
	XORQ R8, R8

columns:
	VMOVUPS (AX)(R8*1), Y0
	VMOVUPS (BX)(R8*1), Y1
	VMOVUPS (CX)(R8*1), Y2
	VMOVUPS (DX)(R8*1), Y3
	VMOVUPS (SI)(R8*1), Y4
	VMOVUPS (DI)(R8*1), Y5
	INPUT
	VMOVUPS Y0, (R9)
	VMOVUPS Y1, (R9)(R10*1)
	VMOVUPS Y6, (R9)(R10*2)
	VMOVUPS Y2, (R9)(R11*1)
	VMOVUPS Y4, (R9)(R10*4)
	VMOVUPS Y5, (R9)(R12*1)
	ADDQ $32, R9
	ADDQ $32, R8
	CMPQ R8, bytes+24(FP)
	JLT  columns

	MOVQ bytes+24(FP), R8 // right of the image
	LEAQ 16(R13)(R8*1), R9
	VMOVUPS Y8, (R9)
	VMOVUPS Y8, (R9)(R10*1)
	VMOVUPS Y8, (R9)(R10*2)
	VMOVUPS Y8, (R9)(R11*1)
	VMOVUPS Y8, (R9)(R10*4)
	VMOVUPS Y8, (R9)(R12*1)
	LEAQ (R13)(R11*2), R13
	MOVQ from+16(FP), R8
	ADDQ (stripRows_steps+0)(R8), AX
	ADDQ (stripRows_steps+8)(R8), BX
	ADDQ (stripRows_steps+16)(R8), CX
	ADDQ (stripRows_steps+24)(R8), DX
	ADDQ (stripRows_steps+32)(R8), SI
	ADDQ (stripRows_steps+40)(R8), DI
	DECQ R15
	JNZ  channel
	VZEROUPPER
	RET

// BOTH loads four columns at first into x, the lower half of y, and four at second into its upper half.
#define BOTH(first, second, x, y) \
	VMOVUPS first, x \
	VINSERTF128 $1, second, y, y

// COLUMNS makes four vectors of columns, Y0 to Y3, of the rows in the halves of Y0 to Y3, by way of Y4 to Y7.
#define COLUMNS \
	VUNPCKLPS Y1, Y0, Y4 \
	VUNPCKHPS Y1, Y0, Y5 \
	VUNPCKLPS Y3, Y2, Y6 \
	VUNPCKHPS Y3, Y2, Y7 \
	VUNPCKLPD Y6, Y4, Y0 \
	VUNPCKHPD Y6, Y4, Y1 \
	VUNPCKLPD Y7, Y5, Y2 \
	VUNPCKHPD Y7, Y5, Y3

// COLUMNS2 makes the first two, Y4 and Y5, of Y4 to Y7, by way of Y8 and Y9.
#define COLUMNS2 \
	VUNPCKLPS Y5, Y4, Y8 \
	VUNPCKLPS Y7, Y6, Y9 \
	VUNPCKLPD Y9, Y8, Y4 \
	VUNPCKHPD Y9, Y8, Y5

// PLACE stores the values of both panels and goes on to the next place.
#define PLACE(x, y) \
	VMOVUPS x, (R11) \
	VEXTRACTF128 $1, y, (R11)(R13*1) \
	ADDQ R12, R11

// func rowsAVX2(to unsafe.Pointer, place int, at *[8]unsafe.Pointer, pitch, channels int)
TEXT ·rowsAVX2(SB), NOSPLIT, $8-40
	MOVQ at+16(FP), R10
	MOVQ 0(R10), AX
	MOVQ 8(R10), BX
	MOVQ 16(R10), CX
	MOVQ 24(R10), DX
	MOVQ 32(R10), SI
	MOVQ 40(R10), DI
	MOVQ 48(R10), R8
	MOVQ 56(R10), R9
	MOVQ place+8(FP), R12
	MOVQ channels+32(FP), R13
	MOVQ R13, left-8(SP)
	SHLQ $4, R13 // from the first panel to the second
	XORQ R10, R10
	INPUTCONSTANTS

channel: // R10 goes through the rows of the strips, R11 through the places
	MOVQ to+0(FP), R11
	MOVQ $6, R15

row:
	BOTH((AX)(R10*1), (SI)(R10*1), X0, Y0)
	BOTH((BX)(R10*1), (DI)(R10*1), X1, Y1)
	BOTH((CX)(R10*1), (R8)(R10*1), X2, Y2)
	BOTH((DX)(R10*1), (R9)(R10*1), X3, Y3)
	COLUMNS
	BOTH(16(AX)(R10*1), 16(SI)(R10*1), X4, Y4)
	BOTH(16(BX)(R10*1), 16(DI)(R10*1), X5, Y5)
	BOTH(16(CX)(R10*1), 16(R8)(R10*1), X6, Y6)
	BOTH(16(DX)(R10*1), 16(R9)(R10*1), X7, Y7)
	COLUMNS2
	INPUT
	PLACE(X0, Y0)
	PLACE(X1, Y1)
	PLACE(X6, Y6)
	PLACE(X2, Y2)
	PLACE(X4, Y4)
	PLACE(X5, Y5)
	ADDQ pitch+24(FP), R10
	DECQ R15
	JNZ  row
	ADDQ $16, to+0(FP)
	DECQ left-8(SP)
	JNZ  channel
	VZEROUPPER
	RET

// OUTPUT is Aᵀ of Y0 to Y5, left in Y0, Y1, Y2, Y5, by way of Y6 to Y9.
#define OUTPUT \
	VADDPS Y2, Y1, Y6 \
	VSUBPS Y2, Y1, Y7 \
	VADDPS Y4, Y3, Y8 \
	VSUBPS Y4, Y3, Y9 \
	VADDPS Y6, Y0, Y0 \
	VMULPS half<>(SB), Y6, Y2 \
	VMULPS Y7, Y10, Y1 \
	VFMADD231PS Y7, Y12, Y5 \
	VADDPS Y8, Y0, Y0 \
	VFMADD231PS two<>(SB), Y8, Y2 \
	VFMADD231PS Y9, Y11, Y1 \
	VFMADD231PS Y9, Y13, Y5

// COLUMN transforms the column of the 6×6 at R12 and goes on to the next.
#define COLUMN(j) \
	VMOVUPS (R12), Y0 \
	VMOVUPS (R12)(DX*1), Y1 \
	VMOVUPS (R12)(DX*2), Y2 \
	VMOVUPS (R12)(SI*1), Y3 \
	VMOVUPS (R12)(DX*4), Y4 \
	VMOVUPS (R12)(R13*1), Y5 \
	OUTPUT \
	VMOVUPS Y0, (32*j)(CX) \
	VMOVUPS Y1, (32*j+192)(CX) \
	VMOVUPS Y2, (32*j+384)(CX) \
	VMOVUPS Y5, (32*j+576)(CX) \
	ADDQ BX, R12

// ADDBASE adds what lies at first, four columns of a channel, and at second, of the channel four further on.
#define ADDBASE(first, second, v) \
	VMOVUPS first, X4 \
	VINSERTF128 $1, second, Y4, Y4 \
	VADDPS Y4, v, v

// ACTIVATE keeps NaN, which VMAXPS and VMINPS take from what Go writes first.
#define ACTIVATE(v) \
	VMULPS v, Y9, Y4 \
	VMAXPS v, Y4, v \
	VMINPS v, Y15, v \
	VMAXPS v, Y14, v

// func outputsAVX2(o *outputs)
TEXT ·outputsAVX2(SB), NOSPLIT, $32-8
	MOVQ o+0(FP), DI
	MOVQ outputs_tiles(DI), AX
	MOVQ AX, tiles-8(SP)
	VMOVUPS rootHalf<>(SB), Y10
	VMOVUPS rootTwo<>(SB), Y11
	VMOVUPS halfRootHalf<>(SB), Y12
	VMOVUPS twoRootTwo<>(SB), Y13
	VBROADCASTSS (outputs_act+const_actMin)(DI), Y14
	VBROADCASTSS (outputs_act+const_actMax)(DI), Y15

tile:
	MOVQ outputs_groups(DI), AX
	MOVQ AX, groups-16(SP)
	MOVQ outputs_from(DI), AX
	MOVQ AX, from-32(SP)
	MOVQ outputs_bias(DI), R15
	MOVQ outputs_y(DI), R8
	MOVQ outputs_base(DI), R9

channels: // eight of them, or the last four
	MOVQ outputs_place(DI), BX
	LEAQ (BX)(BX*2), DX
	ADDQ DX, DX             // a row of places
	LEAQ (DX)(DX*2), SI     // three
	LEAQ (DX)(DX*4), R13    // five
	MOVQ outputs_half(DI), CX
	MOVQ from-32(SP), R12
	COLUMN(0)
	COLUMN(1)
	COLUMN(2)
	COLUMN(3)
	COLUMN(4)
	COLUMN(5)

	MOVQ R8, y-24(SP)
	MOVQ CX, R12
	MOVQ outputs_yChannel(DI), R10
	LEAQ (R10)(R10*2), DX
	MOVQ outputs_baseChannel(DI), R11
	LEAQ (R11)(R11*2), SI
	MOVQ R9, AX // the base of these channels
	MOVQ $4, BX

row:
	VMOVUPS (R12), Y0
	VMOVUPS 32(R12), Y1
	VMOVUPS 64(R12), Y2
	VMOVUPS 96(R12), Y3
	VMOVUPS 128(R12), Y4
	VMOVUPS 160(R12), Y5
	OUTPUT
	VMOVUPS (R15), Y3
	VADDPS Y3, Y0, Y0
	VADDPS Y3, Y1, Y1
	VADDPS Y3, Y2, Y2
	VADDPS Y3, Y5, Y5
	VUNPCKLPS Y1, Y0, Y3 // from four columns of eight channels to eight channels of four columns
	VUNPCKHPS Y1, Y0, Y4
	VUNPCKLPS Y5, Y2, Y6
	VUNPCKHPS Y5, Y2, Y7
	VUNPCKLPD Y6, Y3, Y0
	VUNPCKHPD Y6, Y3, Y1
	VUNPCKLPD Y7, Y4, Y2
	VUNPCKHPD Y7, Y4, Y3

	TESTQ R9, R9
	JEQ  activate
	LEAQ (R9)(R11*4), R13
	CMPQ groups-16(SP), $1
	JNE  base
	MOVQ R9, R13 // there is no second half

base:
	ADDBASE((R9), (R13), Y0)
	ADDBASE((R9)(R11*1), (R13)(R11*1), Y1)
	ADDBASE((R9)(R11*2), (R13)(R11*2), Y2)
	ADDBASE((R9)(SI*1), (R13)(SI*1), Y3)
	ADDQ outputs_baseRow(DI), R9

activate:
	CMPB outputs_active(DI), $0
	JEQ  store
	VBROADCASTSS (outputs_act+const_actSlope)(DI), Y9
	ACTIVATE(Y0)
	ACTIVATE(Y1)
	ACTIVATE(Y2)
	ACTIVATE(Y3)

store:
	VMOVUPS X0, (R8)
	VMOVUPS X1, (R8)(R10*1)
	VMOVUPS X2, (R8)(R10*2)
	VMOVUPS X3, (R8)(DX*1)
	CMPQ groups-16(SP), $1
	JEQ  next
	LEAQ (R8)(R10*4), R13
	VEXTRACTF128 $1, Y0, (R13)
	VEXTRACTF128 $1, Y1, (R13)(R10*1)
	VEXTRACTF128 $1, Y2, (R13)(R10*2)
	VEXTRACTF128 $1, Y3, (R13)(DX*1)

next:
	ADDQ outputs_yRow(DI), R8
	ADDQ $192, R12
	DECQ BX
	JNZ  row

	MOVQ y-24(SP), R8
	LEAQ (R8)(R10*8), R8
	LEAQ (AX)(R11*8), R9 // or nil, as baseChannel is 0 then
	ADDQ $32, from-32(SP)
	ADDQ $32, R15
	SUBQ $2, groups-16(SP)
	JGT  channels

	ADDQ $16, outputs_y(DI)
	CMPQ outputs_base(DI), $0
	JEQ  nextTile
	ADDQ $16, outputs_base(DI)

nextTile:
	MOVQ outputs_nextTile(DI), AX
	ADDQ AX, outputs_from(DI)
	DECQ tiles-8(SP)
	JNZ  tile
	VZEROUPPER
	RET

// The transforms for the gradient of the weights, on vectors of eight channels (winograd_param.go).

// WHOLE stores a vector of a place and goes on to the next place, HALVES its halves, R13 bytes apart.
#define WHOLE(y) \
	VMOVUPS y, (R8) \
	ADDQ R9, R8

#define HALVES(x, y) \
	VMOVUPS x, (R8) \
	VEXTRACTF128 $1, y, (R8)(R13*1) \
	ADDQ R9, R8

// func channelRowsAVX2(to unsafe.Pointer, place int, from unsafe.Pointer, step, pitch, groups, tiles int)
TEXT ·channelRowsAVX2(SB), NOSPLIT, $0-56
	MOVQ to+0(FP), DI
	MOVQ place+8(FP), R9
	MOVQ step+24(FP), CX
	LEAQ (CX)(CX*2), DX
	MOVQ pitch+32(FP), SI
	INPUTCONSTANTS

tile:
	MOVQ from+16(FP), R12
	MOVQ groups+40(FP), R11

group: // eight channels
	MOVQ R12, AX
	MOVQ DI, R8
	MOVQ $6, R10

row:
	LEAQ (AX)(CX*4), BX
	BOTH((AX), (BX), X0, Y0)
	BOTH((AX)(CX*1), (BX)(CX*1), X1, Y1)
	BOTH((AX)(CX*2), (BX)(CX*2), X2, Y2)
	BOTH((AX)(DX*1), (BX)(DX*1), X3, Y3)
	COLUMNS
	BOTH(16(AX), 16(BX), X4, Y4)
	BOTH(16(AX)(CX*1), 16(BX)(CX*1), X5, Y5)
	BOTH(16(AX)(CX*2), 16(BX)(CX*2), X6, Y6)
	BOTH(16(AX)(DX*1), 16(BX)(DX*1), X7, Y7)
	COLUMNS2
	INPUT
	WHOLE(Y0)
	WHOLE(Y1)
	WHOLE(Y6)
	WHOLE(Y2)
	WHOLE(Y4)
	WHOLE(Y5)
	ADDQ SI, AX
	DECQ R10
	JNZ  row
	LEAQ (R12)(CX*8), R12
	ADDQ $32, DI
	DECQ R11
	JNZ  group
	ADDQ $16, from+16(FP)
	DECQ tiles+48(FP)
	JNZ  tile
	VZEROUPPER
	RET

#define GRADIENTCONSTANTS \
	VMOVUPS half<>(SB), Y12 \
	VMOVUPS two<>(SB), Y13 \
	VMOVUPS rootHalf<>(SB), Y14 \
	VMOVUPS rootTwo<>(SB), Y15

// GRADIENT is A of Y0 to Y3, left in Y0, Y1, Y4, Y2, Y6, Y3, by way of Y5 and Y7.
#define GRADIENT \
	VMOVAPS Y0, Y4 \
	VMOVAPS Y1, Y5 \
	VMOVAPS Y0, Y6 \
	VMOVAPS Y1, Y7 \
	VFMADD231PS Y2, Y12, Y4 \
	VFMADD231PS Y3, Y12, Y5 \
	VFMADD231PS Y2, Y13, Y6 \
	VFMADD231PS Y3, Y13, Y7 \
	VMOVAPS Y4, Y1 \
	VMOVAPS Y6, Y2 \
	VFMADD231PS Y5, Y14, Y1 \
	VFNMADD231PS Y5, Y14, Y4 \
	VFMADD231PS Y7, Y15, Y2 \
	VFNMADD231PS Y7, Y15, Y6

// func gradientColumnsAVX2(to unsafe.Pointer, pitch int, from *stripRows, bytes, channels int)
TEXT ·gradientColumnsAVX2(SB), NOSPLIT, $0-40
	MOVQ to+0(FP), R13
	MOVQ pitch+8(FP), R10
	LEAQ (R10)(R10*2), R11 // three times
	LEAQ (R10)(R10*4), R12 // five times
	MOVQ from+16(FP), SI
	MOVQ (stripRows_rows+0)(SI), AX
	MOVQ (stripRows_rows+8)(SI), BX
	MOVQ (stripRows_rows+16)(SI), CX
	MOVQ (stripRows_rows+24)(SI), DX
	MOVQ channels+32(FP), R15
	GRADIENTCONSTANTS
	VXORPS Y8, Y8, Y8

channel:
	MOVQ R13, R9
	XORQ R8, R8

columns:
	VMOVUPS (AX)(R8*1), Y0
	VMOVUPS (BX)(R8*1), Y1
	VMOVUPS (CX)(R8*1), Y2
	VMOVUPS (DX)(R8*1), Y3
	GRADIENT
	VMOVUPS Y0, (R9)
	VMOVUPS Y1, (R9)(R10*1)
	VMOVUPS Y4, (R9)(R10*2)
	VMOVUPS Y2, (R9)(R11*1)
	VMOVUPS Y6, (R9)(R10*4)
	VMOVUPS Y3, (R9)(R12*1)
	ADDQ $32, R9
	ADDQ $32, R8
	CMPQ R8, bytes+24(FP)
	JLT  columns

	MOVQ bytes+24(FP), R8 // right of the image
	LEAQ (R13)(R8*1), R9
	VMOVUPS Y8, (R9)
	VMOVUPS Y8, (R9)(R10*1)
	VMOVUPS Y8, (R9)(R10*2)
	VMOVUPS Y8, (R9)(R11*1)
	VMOVUPS Y8, (R9)(R10*4)
	VMOVUPS Y8, (R9)(R12*1)
	LEAQ (R13)(R11*2), R13
	ADDQ (stripRows_steps+0)(SI), AX
	ADDQ (stripRows_steps+8)(SI), BX
	ADDQ (stripRows_steps+16)(SI), CX
	ADDQ (stripRows_steps+24)(SI), DX
	DECQ R15
	JNZ  channel
	VZEROUPPER
	RET

// func gradientRowsAVX2(to unsafe.Pointer, place, panel int, from unsafe.Pointer, step, pitch, groups, tiles int)
TEXT ·gradientRowsAVX2(SB), NOSPLIT, $0-64
	MOVQ place+8(FP), R9
	MOVQ panel+16(FP), R13
	MOVQ step+32(FP), CX
	LEAQ (CX)(CX*2), DX
	MOVQ pitch+40(FP), SI
	GRADIENTCONSTANTS

tile:
	MOVQ to+0(FP), DI
	MOVQ from+24(FP), R12
	MOVQ groups+48(FP), R11

group: // eight channels
	MOVQ R12, AX
	MOVQ DI, R8
	MOVQ $6, R10

row:
	LEAQ (AX)(CX*4), BX
	BOTH((AX), (BX), X0, Y0)
	BOTH((AX)(CX*1), (BX)(CX*1), X1, Y1)
	BOTH((AX)(CX*2), (BX)(CX*2), X2, Y2)
	BOTH((AX)(DX*1), (BX)(DX*1), X3, Y3)
	COLUMNS
	GRADIENT
	HALVES(X0, Y0)
	HALVES(X1, Y1)
	HALVES(X4, Y4)
	HALVES(X2, Y2)
	HALVES(X6, Y6)
	HALVES(X3, Y3)
	ADDQ SI, AX
	DECQ R10
	JNZ  row
	LEAQ (R12)(CX*8), R12
	LEAQ (DI)(R13*2), DI
	DECQ R11
	JNZ  group
	ADDQ $16, to+0(FP)
	ADDQ $16, from+24(FP)
	DECQ tiles+56(FP)
	JNZ  tile
	VZEROUPPER
	RET
