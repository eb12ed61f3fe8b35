// The body of panelSumsAVX2 and panelSumsAVX512 (avx2_amd64.s, avx512_amd64.s), which say what V0 to V11 and BYTES are, and
// how HALVES of a vector are added. A vector of a panel has its four rows for two or four inputs; so it becomes four sums
// in the end. Each sum adds up the same products in the same order, however many are made together.

// SUMS makes the four sums that a vector has, in x, its lowest part.
#define SUMS(v, y, x) \
	HALVES(v, y) \
	VEXTRACTF128 $1, y, X3 \
	VADDPS X3, x, x

// FOURPANELS adds the products that an image has at AX with each of four panels, to s4 to s7.
#define FOURPANELS(x, s4, s5, s6, s7) \
	VMOVUPS (DI)(AX*1), x \
	VFMADD231PS (SI)(AX*1), x, s4 \
	VFMADD231PS (BX)(AX*1), x, s5 \
	VFMADD231PS (R10)(AX*1), x, s6 \
	VFMADD231PS (R11)(AX*1), x, s7

// PAIR adds the products that each of four images has at AX with two panels, to s4 to s7 and to s8 to s11.
#define PAIR(a, b, x, s4, s5, s6, s7, s8, s9, s10, s11) \
	VMOVUPS (SI)(AX*1), a \
	VMOVUPS (BX)(AX*1), b \
	VMOVUPS (DI)(AX*1), x \
	VFMADD231PS x, a, s4 \
	VFMADD231PS x, b, s8 \
	VMOVUPS (R10)(AX*1), x \
	VFMADD231PS x, a, s5 \
	VFMADD231PS x, b, s9 \
	VMOVUPS (R11)(AX*1), x \
	VFMADD231PS x, a, s6 \
	VFMADD231PS x, b, s10 \
	VMOVUPS (R12)(AX*1), x \
	VFMADD231PS x, a, s7 \
	VFMADD231PS x, b, s11

	MOVQ sums+0(FP), R14
	MOVQ a+8(FP), SI
	MOVQ panel+16(FP), R8
	MOVQ x+24(FP), DI
	MOVQ image+32(FP), R9
	MOVQ inputs+40(FP), CX
	SHLQ $4, CX // bytes of a panel
	MOVQ CX, R13
	ANDQ $-BYTES, R13 // those in whole vectors
	XORQ AX, AX
	VXORPS V4, V4, V4
	VXORPS V5, V5, V5
	VXORPS V6, V6, V6
	VXORPS V7, V7, V7
	MOVQ panels+48(FP), DX
	CMPQ DX, $2
	JEQ  pair
	JLT  single

	// Four panels, one image.
	LEAQ (SI)(R8*1), BX
	LEAQ (SI)(R8*2), R10
	LEAQ (R10)(R8*1), R11
	JMP  fourCheck

four:
	FOURPANELS(V0, V4, V5, V6, V7)
	ADDQ $BYTES, AX

fourCheck:
	CMPQ AX, R13
	JLT  four
	SUMS(V4, Y4, X4)
	SUMS(V5, Y5, X5)
	SUMS(V6, Y6, X6)
	SUMS(V7, Y7, X7)
	JMP  fourRestCheck

fourRest:
	FOURPANELS(X0, X4, X5, X6, X7)
	ADDQ $16, AX

fourRestCheck:
	CMPQ AX, CX
	JLT  fourRest
	VMOVUPS X4, (R14)
	VMOVUPS X5, 16(R14)
	VMOVUPS X6, 32(R14)
	VMOVUPS X7, 48(R14)
	VZEROUPPER
	RET

pair: // two panels, four images
	VXORPS V8, V8, V8
	VXORPS V9, V9, V9
	VXORPS V10, V10, V10
	VXORPS V11, V11, V11
	LEAQ (SI)(R8*1), BX
	LEAQ (DI)(R9*1), R10
	LEAQ (DI)(R9*2), R11
	LEAQ (R11)(R9*1), R12
	JMP  pairCheck

pairs:
	PAIR(V0, V1, V2, V4, V5, V6, V7, V8, V9, V10, V11)
	ADDQ $BYTES, AX

pairCheck:
	CMPQ AX, R13
	JLT  pairs
	SUMS(V4, Y4, X4)
	SUMS(V5, Y5, X5)
	SUMS(V6, Y6, X6)
	SUMS(V7, Y7, X7)
	SUMS(V8, Y8, X8)
	SUMS(V9, Y9, X9)
	SUMS(V10, Y10, X10)
	SUMS(V11, Y11, X11)
	JMP  pairRestCheck

pairRest:
	PAIR(X0, X1, X2, X4, X5, X6, X7, X8, X9, X10, X11)
	ADDQ $16, AX

pairRestCheck:
	CMPQ AX, CX
	JLT  pairRest
	VMOVUPS X4, (R14)
	VMOVUPS X5, 16(R14)
	VMOVUPS X6, 32(R14)
	VMOVUPS X7, 48(R14)
	VMOVUPS X8, 64(R14)
	VMOVUPS X9, 80(R14)
	VMOVUPS X10, 96(R14)
	VMOVUPS X11, 112(R14)
	VZEROUPPER
	RET

one: // a panel, an image
	VMOVUPS (DI)(AX*1), V0
	VFMADD231PS (SI)(AX*1), V0, V4
	ADDQ $BYTES, AX

single:
	CMPQ AX, R13
	JLT  one
	SUMS(V4, Y4, X4)
	JMP  oneRestCheck

oneRest:
	VMOVUPS (DI)(AX*1), X0
	VFMADD231PS (SI)(AX*1), X0, X4
	ADDQ $16, AX

oneRestCheck:
	CMPQ AX, CX
	JLT  oneRest
	VMOVUPS X4, (R14)
	VZEROUPPER
	RET
