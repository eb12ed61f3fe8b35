// Package models holds the networks trained here, each an ONNX file with a card (JSON) that tells the data, the
// classes, the recipe, the seed and the accuracy, and the command that makes it again. Package train defines the card.
package models
