package onnx

import (
	"maps"
	"math"
	"slices"

	"steady/core/nn"
	"steady/core/scalar"
)

// operator is how the reader treats the nodes of an operator.
type operator struct {
	layers func(n *node) // adds layers; nil if the operator is supported for constants only
	fold   func(n *node) // computes the output if all inputs are constants; nil if layers does both
}

// operators has each operator that is supported.
var operators map[string]operator

func init() { // not an initializer: the functions look operators up themselves
	operators = map[string]operator{
		"Abs": {mapLayer(scalar.Abs), unaryFold(func(x float32) float32 { return max(x, -x) },
			func(x int64) (int64, bool) { return max(x, -x), isPlain(x) })},
		"Add":                   {(*node).add, binaryFold(func(a, b float32) float32 { return a + b }, addInts)},
		"And":                   {nil, foldCompare(func(a, b float64) bool { return a != 0 && b != 0 })},
		"Attention":             {(*node).attention, nil},
		"AveragePool":           {(*node).averagePool, nil},
		"BatchNormalization":    {(*node).batchNorm, (*node).foldBatchNorm},
		"Cast":                  {(*node).cast, (*node).foldCast},
		"CastLike":              {(*node).castLike, (*node).castLike},
		"Ceil":                  {nil, floatFold(math.Ceil)},
		"Celu":                  {(*node).celu, nil},
		"Clip":                  {(*node).clip, (*node).foldClip},
		"Concat":                {(*node).concat, (*node).foldConcat},
		"Constant":              {(*node).constantOperator, nil},
		"ConstantOfShape":       {nil, (*node).foldConstantOfShape},
		"Conv":                  {(*node).conv, nil},
		"Cos":                   {nil, floatFold(math.Cos)},
		"DepthToSpace":          {(*node).depthToSpace, nil},
		"DequantizeLinear":      {(*node).dequantize, (*node).foldDequantize},
		"Div":                   {(*node).div, binaryFold(func(a, b float32) float32 { return a / b }, divInts)},
		"Dropout":               {(*node).dropout, (*node).dropout},
		"Einsum":                {(*node).einsum, (*node).einsum},
		"Elu":                   {(*node).elu, nil},
		"Equal":                 {nil, (*node).foldEqual},
		"Erf":                   {mapLayer(scalar.Erf), mapFold(scalar.Erf)},
		"Exp":                   {mapLayer(scalar.Exp), floatFold(math.Exp)},
		"Expand":                {(*node).expand, (*node).foldExpand},
		"Flatten":               {(*node).flatten, (*node).foldFlatten},
		"Floor":                 {nil, floatFold(math.Floor)},
		"Gather":                {(*node).gather, (*node).foldGather},
		"GatherND":              {nil, (*node).foldGatherND},
		"Gelu":                  {(*node).gelu, nil},
		"Gemm":                  {(*node).gemm, (*node).foldGemm},
		"GlobalAveragePool":     {(*node).globalAveragePool, nil},
		"GlobalMaxPool":         {(*node).globalMaxPool, nil},
		"Greater":               {nil, foldCompare(func(a, b float64) bool { return a > b })},
		"GreaterOrEqual":        {nil, foldCompare(func(a, b float64) bool { return a >= b })},
		"GroupNormalization":    {(*node).groupNorm, nil},
		"HardSigmoid":           {(*node).hardSigmoid, nil},
		"HardSwish":             {mapLayer(scalar.HardSwish), nil},
		"Identity":              {(*node).identity, (*node).identity},
		"If":                    {(*node).ifOperator, nil},
		"InstanceNormalization": {(*node).instanceNorm, nil},
		"IsNaN":                 {(*node).isNaN, nil},
		"LRN":                   {(*node).lrn, nil},
		"LayerNormalization":    {(*node).layerNorm, nil},
		"LeakyRelu":             {func(n *node) { n.elementwise(&nn.LeakyRelu{Slope: n.float("alpha", 0.01)}) }, nil},
		"Less":                  {nil, foldCompare(func(a, b float64) bool { return a < b })},
		"LessOrEqual":           {nil, foldCompare(func(a, b float64) bool { return a <= b })},
		"Log":                   {mapLayer(scalar.Log), floatFold(math.Log)},
		"LogSoftmax":            {(*node).logSoftmax, nil},
		"LpNormalization":       {(*node).lpNorm, nil},
		"MatMul":                {(*node).matMul, (*node).foldMatMul},
		"Max": {func(n *node) { n.minMax(true) }, binaryFold(func(a, b float32) float32 { return max(a, b) },
			plainInts(func(a, b int64) int64 { return max(a, b) }))},
		"MaxPool":                   {(*node).maxPool, nil},
		"Mean":                      {(*node).mean, (*node).mean},
		"MeanVarianceNormalization": {(*node).meanVarianceNorm, nil},
		"Min": {func(n *node) { n.minMax(false) }, binaryFold(func(a, b float32) float32 { return min(a, b) },
			plainInts(func(a, b int64) int64 { return min(a, b) }))},
		"Mish": {(*node).mish, nil},
		"Mod":  {nil, (*node).foldMod},
		"Mul":  {(*node).mul, binaryFold(func(a, b float32) float32 { return a * b }, mulInts)},
		"Neg": {func(n *node) { n.setOutput(0, n.addNegation(n.batchedInput(0))) },
			unaryFold(func(x float32) float32 { return -x }, func(x int64) (int64, bool) { return -x, isPlain(x) })},
		"Not":   {nil, unaryFold(nil, func(x int64) (int64, bool) { return 1 - min(max(x, 0), 1), x == 0 || x == 1 })},
		"Or":    {nil, foldCompare(func(a, b float64) bool { return a != 0 || b != 0 })},
		"PRelu": {(*node).prelu, nil},
		"Pad":   {(*node).pad, nil},
		"Pow": {(*node).pow, binaryFold(
			func(a, b float32) float32 { return float32(math.Pow(float64(a), float64(b))) }, nil)},
		"QuantizeLinear":   {(*node).quantize, (*node).foldQuantize},
		"RMSNormalization": {(*node).rmsNorm, nil},
		"Range":            {nil, (*node).foldRange},
		"Reciprocal": {func(n *node) { n.elementwise(&nn.Map{Function: scalar.Function{Kind: scalar.Power, Alpha: -1}}) },
			floatFold(func(x float64) float64 { return 1 / x })},
		"ReduceL1":        {(*node).reduceL1, nil},
		"ReduceL2":        {(*node).reduceL2, nil},
		"ReduceLogSumExp": {(*node).reduceLogSumExp, nil},
		"ReduceMax":       {(*node).reduceMax, foldReduce(18, math.Inf(-1), math.Max, nil)},
		"ReduceMean":      {(*node).reduceMean, foldReduce(18, 0, plus, func(sum float64, count int) float64 { return sum / float64(count) })},
		"ReduceMin":       {(*node).reduceMin, foldReduce(18, math.Inf(1), math.Min, nil)},
		"ReduceProd":      {nil, foldReduce(18, 1, func(product, x float64) float64 { return product * x }, nil)},
		"ReduceSum":       {(*node).reduceSum, foldReduce(13, 0, plus, nil)},
		"ReduceSumSquare": {(*node).reduceSumSquare, nil},
		"Relu":            {func(n *node) { n.elementwise(&nn.Relu{}) }, unaryFold(func(x float32) float32 { return max(x, 0) }, nil)},
		"Reshape":         {(*node).reshape, (*node).foldReshape},
		"Resize":          {(*node).resize, (*node).foldResize},
		"Round":           {mapLayer(scalar.Round), floatFold(math.RoundToEven)},
		"ScatterND":       {nil, (*node).foldScatterND},
		"Selu":            {(*node).selu, nil},
		"Shape":           {(*node).shapeOf, (*node).shapeOf},
		"Sigmoid":         {mapLayer(scalar.Sigmoid), mapFold(scalar.Sigmoid)},
		"Sin":             {nil, floatFold(math.Sin)},
		"Size":            {(*node).sizeOperator, (*node).sizeOperator},
		"Slice":           {(*node).slice, (*node).foldSlice},
		"Softmax":         {(*node).softmax, nil},
		"Softplus":        {mapLayer(scalar.Softplus), mapFold(scalar.Softplus)},
		"Softsign":        {(*node).softsign, nil},
		"SpaceToDepth":    {(*node).spaceToDepth, nil},
		"Split":           {(*node).split, nil},
		"Sqrt":            {mapLayer(scalar.Sqrt), floatFold(math.Sqrt)},
		"Squeeze":         {(*node).squeeze, (*node).foldSqueeze},
		"Sub":             {(*node).sub, binaryFold(func(a, b float32) float32 { return a - b }, subInts)},
		"Sum":             {(*node).sum, (*node).sum},
		"Swish":           {(*node).swish, nil},
		"Tanh":            {mapLayer(scalar.Tanh), mapFold(scalar.Tanh)},
		"Tile":            {(*node).tile, (*node).foldTile},
		"Transpose":       {(*node).transpose, (*node).foldTranspose},
		"Trilu":           {nil, (*node).foldTrilu},
		"Unsqueeze":       {(*node).unsqueeze, (*node).foldUnsqueeze},
		"Upsample":        {(*node).resize, (*node).foldResize},
		"Where":           {(*node).where, (*node).foldWhere},

		mlDomain + ".LinearClassifier": {(*node).linearClassifier, nil},
		mlDomain + ".Normalizer":       {(*node).normalizer, nil},
		mlDomain + ".Scaler":           {(*node).scaler, nil},
	}
}

// mapLayer returns what adds a layer that applies a function without parameters to each element.
func mapLayer(k scalar.Kind) func(n *node) {
	return func(n *node) { n.elementwise(&nn.Map{Function: scalar.Function{Kind: k}}) }
}

// mapFold returns what applies a function without parameters to the elements of a constant.
func mapFold(k scalar.Kind) func(n *node) { return floatFold(scalar.Function{Kind: k}.At) }

func plus(a, b float64) float64 { return a + b }

// unaryFold, floatFold and binaryFold return what computes constants element by element; see foldUnary and foldBinary.
func unaryFold(f func(x float32) float32, g func(x int64) (int64, bool)) func(n *node) {
	return func(n *node) { n.foldUnary(f, g) }
}

func floatFold(f func(x float64) float64) func(n *node) {
	return unaryFold(func(x float32) float32 { return float32(f(float64(x))) }, nil)
}

func binaryFold(f func(a, b float32) float32, g func(a, b int64) (int64, bool)) func(n *node) {
	return func(n *node) { n.foldBinary(f, g) }
}

// supportedOperators returns the names of the operators, sorted.
func supportedOperators() []string { return slices.Sorted(maps.Keys(operators)) }
