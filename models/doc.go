// Package models holds the networks trained here, each an ONNX file with a card (JSON) that has the data, the
// classes, the recipe, the seed and the command that makes it again, and what was measured of it. Package train defines
// the card; tools/family makes and measures the networks.
package models
