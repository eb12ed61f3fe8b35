// The body of tilesAVX2 and tilesAVX512 (avx2_amd64.s, avx512_amd64.s), which say what V0 to V15 are and how many
// BYTES they have. By hand, for the compiler of Go 1.27 adds a register move to each multiply-add, which overwrites one of
// its factors, and takes two instructions to load and broadcast a number.
//
// A step of an inner loop multiplies the four weights of a panel for one q, broadcast, with the vectors V0, V1 and V2 of
// row q of b. With three vectors there are twelve sums: more than the eight multiply-adds that a processor has under way
// at a time, and with three loads and four broadcasts few enough loads. Two vectors are eight sums, which just suffice.
// For a single vector, two panels are multiplied together.
//
// Sums begin with zeros, with what c holds (add), or with the bias of their row (end), to which another tensor may be added, and
// then go through the activation. With AVX-512, which has registers left, three vectors may have one more column behind them.

#define ZERO4(a, b, c, d) \
	VXORPS a, a, a \
	VXORPS b, b, b \
	VXORPS c, c, c \
	VXORPS d, d, d

// ROW adds the products of the weight at w with V0, ROW2 also those with V1, ROW3 also those with V2.
#define ROW(w, r, s0) \
	VBROADCASTSS w, r \
	VFMADD231PS V0, r, s0

#define ROW2(w, r, s0, s1) \
	ROW(w, r, s0) \
	VFMADD231PS V1, r, s1

#define ROW3(w, r, s0, s1, s2) \
	ROW2(w, r, s0, s1) \
	VFMADD231PS V2, r, s2

// PRODUCTS3 adds the products of the four weights with three vectors.
#define PRODUCTS3 \
	VMOVUPS (CX)(DX*1), V0 \
	VMOVUPS (1*BYTES)(CX)(DX*1), V1 \
	VMOVUPS (2*BYTES)(CX)(DX*1), V2 \
	ROW3(0(BX), V3, V4, V5, V6) \
	ROW3(4(BX), V3, V7, V8, V9) \
	ROW3(8(BX), V3, V10, V11, V12) \
	ROW3(12(BX), V3, V13, V14, V15)

// LOAD takes a row of c, at DX, for its sums and goes on to the next, LOAD2 and LOAD3 likewise with more vectors.
#define LOAD(s0) \
	VMOVUPS (DX), s0 \
	ADDQ R8, DX

#define LOAD2(s0, s1) \
	VMOVUPS (DX), s0 \
	VMOVUPS (1*BYTES)(DX), s1 \
	ADDQ R8, DX

#define LOAD3(s0, s1, s2) \
	VMOVUPS (DX), s0 \
	VMOVUPS (1*BYTES)(DX), s1 \
	VMOVUPS (2*BYTES)(DX), s2 \
	ADDQ R8, DX

// BIAS begins sums with the bias at w, BIAS2 and BIAS3 likewise with more vectors.
#define BIAS(w, s0) \
	VBROADCASTSS w, s0

#define BIAS2(w, s0, s1) \
	BIAS(w, s0) \
	VMOVAPS s0, s1

#define BIAS3(w, s0, s1, s2) \
	BIAS2(w, s0, s1) \
	VMOVAPS s0, s2

// ACTIVATION takes the slope of an activation to V0 and its limits to V1 and V2. ACTIVATE4 applies it to four sums.
#define ACTIVATION \
	VBROADCASTSS (tileEnd_act+const_actSlope)(DX), V0 \
	VBROADCASTSS (tileEnd_act+const_actMax)(DX), V1 \
	VBROADCASTSS (tileEnd_act+const_actMin)(DX), V2

#define ACTIVATE4(a, b, c, d) \
	ACTIVATE(a, V0, V1, V2, V3) \
	ACTIVATE(b, V0, V1, V2, V3) \
	ACTIVATE(c, V0, V1, V2, V3) \
	ACTIVATE(d, V0, V1, V2, V3)

// ADD adds the rows at AX to sums, ADD2 and ADD3 likewise with more vectors.
#define ADD(s0) \
	VADDPS (AX), s0, s0 \
	ADDQ R8, AX

#define ADD2(s0, s1) \
	VADDPS (AX), s0, s0 \
	VADDPS (1*BYTES)(AX), s1, s1 \
	ADDQ R8, AX

#define ADD3(s0, s1, s2) \
	VADDPS (AX), s0, s0 \
	VADDPS (1*BYTES)(AX), s1, s1 \
	VADDPS (2*BYTES)(AX), s2, s2 \
	ADDQ R8, AX

// ADD12 adds the rows at AX to the twelve sums of three vectors.
#define ADD12 \
	ADD3(V4, V5, V6) \
	ADD3(V7, V8, V9) \
	ADD3(V10, V11, V12) \
	ADD3(V13, V14, V15)

// ENDS goes to done where sums stay as they are, and to activation where nothing is added to them; otherwise AX is at the first
// row of that. DX is at the tileEnd.
#define ENDS(done, activation) \
	MOVQ end+72(FP), DX \
	TESTQ DX, DX \
	JZ   done \
	CMPB tileEnd_adds(DX), $0 \
	JEQ  activation \
	MOVQ tileEnd_base(DX), AX \
	ADDQ SI, AX

// PANEL begins a panel: SI is at its first row of c, R15 at its biases, if there are any; BX goes through a.
#define PANEL \
	MOVQ k+0(FP), AX \
	MOVQ rows+32(FP), DI

// STEP goes on to the next q.
#define STEP(next) \
	ADDQ $16, BX \
	ADDQ $8, DI \
	DECQ AX \
	JNZ  next

// STORE writes a row of c and goes on to the next, STORE2 and STORE3 likewise with more vectors.
#define STORE(s0) \
	VMOVUPS s0, (SI) \
	ADDQ R8, SI

#define STORE2(s0, s1) \
	VMOVUPS s0, (SI) \
	VMOVUPS s1, (1*BYTES)(SI) \
	ADDQ R8, SI

#define STORE3(s0, s1, s2) \
	VMOVUPS s0, (SI) \
	VMOVUPS s1, (1*BYTES)(SI) \
	VMOVUPS s2, (2*BYTES)(SI) \
	ADDQ R8, SI

	MOVQ b+24(FP), CX
	MOVQ blocks+40(FP), R11
	MOVQ c+48(FP), R10
	MOVQ ldc+56(FP), R8
	SHLQ $2, R8
	MOVQ k+0(FP), R12 // the bytes of a panel
	SHLQ $4, R12

blocks: // CX and R10 are at the columns of b and c that come next, R11 is the number of blocks left
	MOVQ a+8(FP), BX
	MOVQ panels+16(FP), R9
	MOVQ R10, SI
	MOVQ end+72(FP), DX
	TESTQ DX, DX
	JZ   choose
	MOVQ tileEnd_bias(DX), R15

choose:
	CMPQ R11, $4 // four are two and two
	JEQ  two
	CMPQ R11, $2
	JEQ  two
	JGT  three
	CMPQ R11, $1
	JEQ  one
	VZEROUPPER
	RET

three:
#ifdef LAST
	CMPQ R11, $3
	JNE  threeOnly
	MOVQ end+72(FP), DX
	TESTQ DX, DX
	JZ   threeOnly
	CMPB tileEnd_last(DX), $0
	JNE  threeAndOne

threeOnly:
#endif
	PANEL
	CMPB add+64(FP), $0
	JNE  threeAdd
	CMPQ end+72(FP), $0
	JNE  threeBias
	ZERO4(V4, V5, V6, V7)
	ZERO4(V8, V9, V10, V11)
	ZERO4(V12, V13, V14, V15)
	JMP  three1

threeBias:
	BIAS3(0(R15), V4, V5, V6)
	BIAS3(4(R15), V7, V8, V9)
	BIAS3(8(R15), V10, V11, V12)
	BIAS3(12(R15), V13, V14, V15)
	ADDQ $16, R15
	JMP  three1

threeAdd:
	MOVQ SI, DX
	LOAD3(V4, V5, V6)
	LOAD3(V7, V8, V9)
	LOAD3(V10, V11, V12)
	LOAD3(V13, V14, V15)

three1:
	MOVQ (DI), DX
	PRODUCTS3
	STEP(three1)
	ENDS(threeStore, threeActivate)
	ADD12

threeActivate:
	ACTIVATION
	ACTIVATE4(V4, V5, V6, V7)
	ACTIVATE4(V8, V9, V10, V11)
	ACTIVATE4(V12, V13, V14, V15)

threeStore:
	STORE3(V4, V5, V6)
	STORE3(V7, V8, V9)
	STORE3(V10, V11, V12)
	STORE3(V13, V14, V15)
	DECQ R9
	JNZ  three
	ADDQ $(3*BYTES), CX
	ADDQ $(3*BYTES), R10
	SUBQ $3, R11
	JMP  blocks

two:
	PANEL
	CMPB add+64(FP), $0
	JNE  twoAdd
	CMPQ end+72(FP), $0
	JNE  twoBias
	ZERO4(V4, V5, V6, V7)
	ZERO4(V8, V9, V10, V11)
	JMP  two1

twoBias:
	BIAS2(0(R15), V4, V5)
	BIAS2(4(R15), V6, V7)
	BIAS2(8(R15), V8, V9)
	BIAS2(12(R15), V10, V11)
	ADDQ $16, R15
	JMP  two1

twoAdd:
	MOVQ SI, DX
	LOAD2(V4, V5)
	LOAD2(V6, V7)
	LOAD2(V8, V9)
	LOAD2(V10, V11)

two1:
	MOVQ (DI), DX
	VMOVUPS (CX)(DX*1), V0
	VMOVUPS (1*BYTES)(CX)(DX*1), V1
	ROW2(0(BX), V12, V4, V5)
	ROW2(4(BX), V13, V6, V7)
	ROW2(8(BX), V14, V8, V9)
	ROW2(12(BX), V15, V10, V11)
	STEP(two1)
	ENDS(twoStore, twoActivate)
	ADD2(V4, V5)
	ADD2(V6, V7)
	ADD2(V8, V9)
	ADD2(V10, V11)

twoActivate:
	ACTIVATION
	ACTIVATE4(V4, V5, V6, V7)
	ACTIVATE4(V8, V9, V10, V11)

twoStore:
	STORE2(V4, V5)
	STORE2(V6, V7)
	STORE2(V8, V9)
	STORE2(V10, V11)
	DECQ R9
	JNZ  two
	ADDQ $(2*BYTES), CX
	ADDQ $(2*BYTES), R10
	SUBQ $2, R11
	JMP  blocks

one: // two panels together: R13 is as far ahead of BX as the second one lies behind the first
	PANEL
	ZERO4(V4, V5, V6, V7)
	ZERO4(V8, V9, V10, V11)
	LEAQ (BX)(R12*1), R13
	CMPQ end+72(FP), $0
	JNE  oneBias
	CMPB add+64(FP), $0
	JEQ  oneOrSingle
	MOVQ SI, DX
	LOAD(V4)
	LOAD(V5)
	LOAD(V6)
	LOAD(V7)
	CMPQ R9, $1
	JEQ  single
	LOAD(V8)
	LOAD(V9)
	LOAD(V10)
	LOAD(V11)
	JMP  one1

oneBias:
	BIAS(0(R15), V4)
	BIAS(4(R15), V5)
	BIAS(8(R15), V6)
	BIAS(12(R15), V7)
	CMPQ R9, $1
	JEQ  single
	BIAS(16(R15), V8)
	BIAS(20(R15), V9)
	BIAS(24(R15), V10)
	BIAS(28(R15), V11)
	ADDQ $32, R15
	JMP  one1

oneOrSingle:
	CMPQ R9, $1
	JEQ  single

one1:
	MOVQ (DI), DX
	VMOVUPS (CX)(DX*1), V0
	ROW(0(BX), V12, V4)
	ROW(4(BX), V13, V5)
	ROW(8(BX), V14, V6)
	ROW(12(BX), V15, V7)
	ROW(0(R13), V12, V8)
	ROW(4(R13), V13, V9)
	ROW(8(R13), V14, V10)
	ROW(12(R13), V15, V11)
	ADDQ $16, R13
	STEP(one1)
	ENDS(oneStore, oneActivate)
	ADD(V4)
	ADD(V5)
	ADD(V6)
	ADD(V7)
	ADD(V8)
	ADD(V9)
	ADD(V10)
	ADD(V11)

oneActivate:
	ACTIVATION
	ACTIVATE4(V4, V5, V6, V7)
	ACTIVATE4(V8, V9, V10, V11)

oneStore:
	STORE(V4)
	STORE(V5)
	STORE(V6)
	STORE(V7)
	STORE(V8)
	STORE(V9)
	STORE(V10)
	STORE(V11)
	MOVQ R13, BX
	SUBQ $2, R9
	JNZ  one
	VZEROUPPER
	RET

single:
	MOVQ (DI), DX
	VMOVUPS (CX)(DX*1), V0
	ROW(0(BX), V12, V4)
	ROW(4(BX), V13, V5)
	ROW(8(BX), V14, V6)
	ROW(12(BX), V15, V7)
	STEP(single)
	ENDS(singleStore, singleActivate)
	ADD(V4)
	ADD(V5)
	ADD(V6)
	ADD(V7)

singleActivate:
	ACTIVATION
	ACTIVATE4(V4, V5, V6, V7)

singleStore:
	STORE(V4)
	STORE(V5)
	STORE(V6)
	STORE(V7)
	VZEROUPPER
	RET
