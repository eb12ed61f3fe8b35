//go:build !goexperiment.simd

package pix

// Without SIMD the loops do everything.

func outsideVectors(x []float32, lo, hi float32) (int, bool)               { return 0, false }
func clipVectors(x []float32) int                                          { return 0 }
func extentVectors(x []float32) (n int, low, high float32)                 { return 0, x[0], x[0] }
func addSumVectors(sums *[16]float32, x []float32) int                     { return 0 }
func scaleAroundVectors(dst, x []float32, middle, factor float32) int      { return 0 }
func scaleVectors(dst, x []float32, factor float32) int                    { return 0 }
func addScaledVectors(dst, x, y []float32, a float32) int                  { return 0 }
func addSpeckleVectors(dst, x, noise []float32, a float32) int             { return 0 }
func addImpulsesVectors(dst, x []float32, bits []uint32, half uint32) int  { return 0 }
func truncateVectors(dst, x []float32, bias float32) int                   { return 0 }
func roundVectors(dst, x []float32) int                                    { return 0 }
func toBytesVectors(dst []int32, x []float32) int                          { return 0 }
func fromBytesVectors(dst []float32, x []int32) int                        { return 0 }
func lerpVectors(dst, a, b []float32, share float32) int                   { return 0 }
func addLerpVectors(dst, a, b []float32, share float32) int                { return 0 }
func addFogVectors(dst, x, fog []float32, amount, shrink float32) int      { return 0 }
func addValueVectors(to, from Planes, shift float32) int                   { return 0 }
func adjustSaturationVectors(to, from Planes, factor, shift float32) int   { return 0 }
func addSnowVectors(to, from Planes, keep float32, a, b []float32) int     { return 0 }
func thresholdAffineVectors(dst, x []float32, b, a, threshold float32) int { return 0 }
func standardizeVectors(x []float32, low, width float32) int               { return 0 }
func addBothVectors(dst, x, a, b []float32) int                            { return 0 }
func scaleAddVectors(dst, x []float32, a, b float32) int                   { return 0 }
func roundMeansVectors(sums []int32, weight int32) int                     { return 0 }
func meansVectors(dst, bytes []int32, step, count int, weight int32) int   { return 0 }
func divideVectors(dst []float32, x []int32, by float32) int               { return 0 }
func beyondLevelsVectors(x []float32, level []int32) (int, bool)           { return 0, false }
func binarizeVectors(x []float32, threshold float32) int                   { return 0 }
func blendVectors(dst, x, share []float32, color float32) int              { return 0 }
