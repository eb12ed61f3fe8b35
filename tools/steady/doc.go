// Command steady corrupts images, attacks networks, measures the accuracy that is left, and trains them.
//
//	steady list corruptions|attacks|recipes|models
//	steady corrupt NAME --severity 1..5|range IN... OUT
//	steady corrupt-set NAME... [--suite SUITE] --severity S|--all --data DATA --out X.npy|FOLDER/
//	steady predict IN...
//	steady eval    --model M --data DATA [--corruption NAME --severity S]
//	steady attack NAME --model M --data DATA [--eps 8/255] [--steps N]
//	steady bench   run|status|report|compare|merge|schema
//	steady papers  independence|transfer|mtlat|overlap|coverage|build|results
//	steady train RECIPE --data DATA --epochs N --out M.onnx
//	steady serve
//
// Each has --help with an example. --json prints one JSON object on stdout; messages and progress go to stderr.
// The exit code is 0 when what was asked for is done, 1 when it failed and 2 when it was asked for wrongly. Files
// are written beside their place under another name and then renamed, so none is ever left half-written; train and
// corrupt-set keep what they have when they are stopped, and go on with it.
//
// Without --data the images are the built-in test images of Fashion-MNIST; without --model the network is the
// built-in one for the images. Both need no download.
package main
