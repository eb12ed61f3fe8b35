// Package models holds the networks that come with the program, each an ONNX file with a card (JSON) that has the data, the
// classes, the recipe, the seed and the command that makes it again, and what was measured of it. Package train defines
// the card; tools/family makes and measures the networks that are trained here. Of one that was trained elsewhere the card says
// where it comes from (train.Origin), a file LICENSE-NAME.txt has its license, and tools/convert the script that converts it.
package models
