// The body of filterAVX2 and filterAVX512 (avx2_amd64.s, avx512_amd64.s). A step makes four vectors of columns, the last one
// two where no more are left: the weight of a tap is broadcast once for all of them, and their sums do not wait for each
// other.

// TAP adds the products of the first two vectors, and goes on to the next tap. AX is at its first column, V4 its weight.
#define TAP \
	MOVQ (R8), AX \
	ADDQ SI, AX \
	VBROADCASTSS (BX), V4 \
	ADDQ $8, R8 \
	ADDQ $4, BX \
	VFMADD231PS (AX), V4, V0 \
	VFMADD231PS (1*BYTES)(AX), V4, V1

	MOVQ y+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+40(FP), R10
	MOVQ end+48(FP), R9
	VBROADCASTSS filterEnd_bias(R9), V8
	VBROADCASTSS (filterEnd_act+const_actSlope)(R9), V9
	VBROADCASTSS (filterEnd_act+const_actMax)(R9), V10
	VBROADCASTSS (filterEnd_act+const_actMin)(R9), V11

columns: // R10 is how many columns are left
	MOVQ rows+16(FP), R8
	MOVQ weights+24(FP), BX
	MOVQ taps+32(FP), CX
	VMOVAPS V8, V0
	VMOVAPS V8, V1
	CMPQ R10, $(BYTES/2)
	JLE  two
	VMOVAPS V8, V2
	VMOVAPS V8, V3

four:
	TAP
	VFMADD231PS (2*BYTES)(AX), V4, V2
	VFMADD231PS (3*BYTES)(AX), V4, V3
	DECQ CX
	JNZ  four
	ACTIVATE(V0, V9, V10, V11, V5)
	ACTIVATE(V1, V9, V10, V11, V5)
	ACTIVATE(V2, V9, V10, V11, V5)
	ACTIVATE(V3, V9, V10, V11, V5)
	VMOVUPS V0, (DI)
	VMOVUPS V1, (1*BYTES)(DI)
	VMOVUPS V2, (2*BYTES)(DI)
	VMOVUPS V3, (3*BYTES)(DI)
	ADDQ $(4*BYTES), SI
	ADDQ $(4*BYTES), DI
	SUBQ $BYTES, R10
	JGT  columns
	VZEROUPPER
	RET

two:
	TAP
	DECQ CX
	JNZ  two
	ACTIVATE(V0, V9, V10, V11, V5)
	ACTIVATE(V1, V9, V10, V11, V5)
	VMOVUPS V0, (DI)
	VMOVUPS V1, (1*BYTES)(DI)
	VZEROUPPER
	RET
