//go:build goexperiment.simd

#include "go_asm.h"
#include "textflag.h"
#include "activate_amd64.h"

// Vectors of AVX2 and FMA.
#define BYTES 32
#define V0 Y0
#define V1 Y1
#define V2 Y2
#define V3 Y3
#define V4 Y4
#define V5 Y5
#define V6 Y6
#define V7 Y7
#define V8 Y8
#define V9 Y9
#define V10 Y10
#define V11 Y11
#define V12 Y12
#define V13 Y13
#define V14 Y14
#define V15 Y15

// func tilesAVX2(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, add bool, end *tileEnd)
TEXT ·tilesAVX2(SB), NOSPLIT, $0-80
#include "tile_amd64.h"

// func filterAVX2(y, x unsafe.Pointer, rows *uintptr, weights unsafe.Pointer, taps, n int, end *filterEnd)
TEXT ·filterAVX2(SB), NOSPLIT, $0-56
#include "filter_amd64.h"

#define HALVES(v, y)

// func panelSumsAVX2(sums, a unsafe.Pointer, panel int, x unsafe.Pointer, image, inputs, panels int)
TEXT ·panelSumsAVX2(SB), NOSPLIT, $0-56
#include "linear_amd64.h"
