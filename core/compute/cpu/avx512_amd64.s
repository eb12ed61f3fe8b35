//go:build goexperiment.simd

#include "go_asm.h"
#include "textflag.h"
#include "activate_amd64.h"

// Vectors of AVX-512.
#define BYTES 64
#define V0 Z0
#define V1 Z1
#define V2 Z2
#define V3 Z3
#define V4 Z4
#define V5 Z5
#define V6 Z6
#define V7 Z7
#define V8 Z8
#define V9 Z9
#define V10 Z10
#define V11 Z11
#define V12 Z12
#define V13 Z13
#define V14 Z14
#define V15 Z15
#define LAST X16
#define LASTFACTOR X17

// func tilesAVX512(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, add bool, end *tileEnd)
TEXT ·tilesAVX512(SB), NOSPLIT, $0-80
#include "tile_amd64.h"
#include "tile_last_amd64.h"

// func filterAVX512(y, x unsafe.Pointer, rows *uintptr, weights unsafe.Pointer, taps, n int, end *filterEnd)
TEXT ·filterAVX512(SB), NOSPLIT, $0-56
#include "filter_amd64.h"

#define HALVES(v, y) \
	VEXTRACTF64X4 $1, v, Y3 \
	VADDPS Y3, y, y

// func panelSumsAVX512(sums, a unsafe.Pointer, panel int, x unsafe.Pointer, image, inputs, panels int)
TEXT ·panelSumsAVX512(SB), NOSPLIT, $0-56
#include "linear_amd64.h"
