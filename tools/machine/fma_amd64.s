#include "textflag.h"

// One float that neither grows beyond what a sum holds nor makes subnormal products.
DATA factor<>+0(SB)/4, $0.001
GLOBL factor<>(SB), RODATA|NOPTR, $4

// ADDS adds a product to twelve sums.
#define ADDS(r0, r1, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11) \
	VFMADD231PS r0, r1, s0  \
	VFMADD231PS r0, r1, s1  \
	VFMADD231PS r0, r1, s2  \
	VFMADD231PS r0, r1, s3  \
	VFMADD231PS r0, r1, s4  \
	VFMADD231PS r0, r1, s5  \
	VFMADD231PS r0, r1, s6  \
	VFMADD231PS r0, r1, s7  \
	VFMADD231PS r0, r1, s8  \
	VFMADD231PS r0, r1, s9  \
	VFMADD231PS r0, r1, s10 \
	VFMADD231PS r0, r1, s11

// The sums begin at 0.
#define CLEAR \
	VXORPS X4, X4, X4    \
	VXORPS X5, X5, X5    \
	VXORPS X6, X6, X6    \
	VXORPS X7, X7, X7    \
	VXORPS X8, X8, X8    \
	VXORPS X9, X9, X9    \
	VXORPS X10, X10, X10 \
	VXORPS X11, X11, X11 \
	VXORPS X12, X12, X12 \
	VXORPS X13, X13, X13 \
	VXORPS X14, X14, X14 \
	VXORPS X15, X15, X15

// func fma128(rounds int)
TEXT ·fma128(SB), NOSPLIT, $0-8
	MOVQ rounds+0(FP), CX
	VBROADCASTSS factor<>(SB), X0
	VMOVAPS X0, X1
	CLEAR
	TESTQ CX, CX
	JLE  done
	PCALIGN $32
loop:
	ADDS(X0, X1, X4, X5, X6, X7, X8, X9, X10, X11, X12, X13, X14, X15)
	DECQ CX
	JNZ  loop
done:
	VZEROUPPER
	RET

// func fma256(rounds int)
TEXT ·fma256(SB), NOSPLIT, $0-8
	MOVQ rounds+0(FP), CX
	VBROADCASTSS factor<>(SB), Y0
	VMOVAPS Y0, Y1
	CLEAR
	TESTQ CX, CX
	JLE  done
	PCALIGN $32
loop:
	ADDS(Y0, Y1, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11, Y12, Y13, Y14, Y15)
	DECQ CX
	JNZ  loop
done:
	VZEROUPPER
	RET

// func fma512(rounds int)
TEXT ·fma512(SB), NOSPLIT, $0-8
	MOVQ rounds+0(FP), CX
	VBROADCASTSS factor<>(SB), Z0
	VMOVAPS Z0, Z1
	CLEAR
	TESTQ CX, CX
	JLE  done
	PCALIGN $32
loop:
	ADDS(Z0, Z1, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)
	DECQ CX
	JNZ  loop
done:
	VZEROUPPER
	RET
