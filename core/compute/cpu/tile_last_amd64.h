// The part of tilesAVX512 that makes three vectors and one more column, where no blocks are left after them. Its body goes on
// here (tile_amd64.h), with two registers more.

threeAndOne: // the four sums of the column behind three vectors are in LAST
	PANEL
	BIAS3(0(R15), V4, V5, V6)
	BIAS3(4(R15), V7, V8, V9)
	BIAS3(8(R15), V10, V11, V12)
	BIAS3(12(R15), V13, V14, V15)
	VMOVUPS (R15), LAST
	ADDQ $16, R15

threeAndOne1:
	MOVQ (DI), DX
	VBROADCASTSS (3*BYTES)(CX)(DX*1), LASTFACTOR
	VFMADD231PS (BX), LASTFACTOR, LAST
	PRODUCTS3
	STEP(threeAndOne1)
	ENDS(threeAndOneStore, threeAndOneActivate)
	VMOVSS (3*BYTES)(AX), X0
	VINSERTPS $0x10, (3*BYTES)(AX)(R8*1), X0, X0
	LEAQ (AX)(R8*2), DX
	VINSERTPS $0x20, (3*BYTES)(DX), X0, X0
	VINSERTPS $0x30, (3*BYTES)(DX)(R8*1), X0, X0
	VADDPS X0, LAST, LAST
	ADD12
	MOVQ end+72(FP), DX

threeAndOneActivate:
	ACTIVATION
	ACTIVATE4(V4, V5, V6, V7)
	ACTIVATE4(V8, V9, V10, V11)
	ACTIVATE4(V12, V13, V14, V15)
	ACTIVATE(LAST, X0, X1, X2, X3)

threeAndOneStore:
	VMOVAPS LAST, X0
	VMOVSS X0, (3*BYTES)(SI)
	VEXTRACTPS $1, X0, (3*BYTES)(SI)(R8*1)
	LEAQ (SI)(R8*2), DX
	VEXTRACTPS $2, X0, (3*BYTES)(DX)
	VEXTRACTPS $3, X0, (3*BYTES)(DX)(R8*1)
	STORE3(V4, V5, V6)
	STORE3(V7, V8, V9)
	STORE3(V10, V11, V12)
	STORE3(V13, V14, V15)
	DECQ R9
	JNZ  threeAndOne
	VZEROUPPER
	RET
