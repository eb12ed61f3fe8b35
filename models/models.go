package models

import "embed"

// FS holds NAME.onnx and NAME.json for each network.
//
//go:embed *.onnx *.json
var FS embed.FS
