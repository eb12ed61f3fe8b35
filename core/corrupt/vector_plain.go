//go:build !goexperiment.simd

package corrupt

// Without SIMD the loops of vector.go do everything.

func outsideVectors(x []float32, lo, hi float32) (int, bool)              { return 0, false }
func clipVectors(x []float32) int                                         { return 0 }
func extentVectors(x []float32) (n int, low, high float32)                { return 0, x[0], x[0] }
func addSumVectors(sums *[16]float32, x []float32) int                    { return 0 }
func shrinkToVectors(dst, x []float32, middle, factor float32) int        { return 0 }
func scaleByVectors(dst, x []float32, factor float32) int                 { return 0 }
func addNoiseVectors(dst, x, noise []float32, a float32) int              { return 0 }
func addSpeckleVectors(dst, x, noise []float32, a float32) int            { return 0 }
func addImpulsesVectors(dst, x []float32, bits []uint32, half uint32) int { return 0 }
func truncateVectors(dst, x []float32, bias float32) int                  { return 0 }
func toBytesVectors(dst []int32, x []float32) int                         { return 0 }
func fromBytesVectors(dst []float32, x []int32) int                       { return 0 }
func lerpVectors(dst, a, b []float32, share float32) int                  { return 0 }
func addLerpVectors(dst, a, b []float32, share float32) int               { return 0 }
func addFogVectors(dst, x, fog []float32, amount, shrink float32) int     { return 0 }
func brightenVectors(to, from planes, shift float32) int                  { return 0 }
func colourInVectors(to, from planes, factor, shift float32) int          { return 0 }
func addSnowVectors(to, from planes, keep float32, a, b []float32) int    { return 0 }
func settleVectors(dst, x []float32, b, a, threshold float32) int         { return 0 }
func standardiseVectors(x []float32, low, width float32) int              { return 0 }
func addBothVectors(dst, x, a, b []float32) int                           { return 0 }
func scaleAddVectors(dst, x []float32, a, b float32) int                  { return 0 }
func findVectors(p *places) int                                           { return 0 }
func addIntsVectors(dst, x []int32) int                                   { return 0 }
func roundMeansVectors(sums []int32, weight int32) int                    { return 0 }
func turnHueVectors(to, from planes, turn float32) int                    { return 0 }
func means8Vectors(dst, bytes []int32, step, count int, weight int32) int { return 0 }
func divideVectors(dst []float32, x []int32, by float32) int              { return 0 }
func beyondLevelsVectors(x []float32, level []int32) (int, bool)          { return 0, false }
