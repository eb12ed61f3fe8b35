package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path/filepath"
	"testing"

	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/train"
	"steady/tools/internal/output"
)

// writeNetwork writes a network with a model card.
func writeNetwork(t *testing.T, dir, name string, n *nn.Network) {
	t.Helper()
	b, err := onnx.Write(n)
	if err == nil {
		err = output.File(filepath.Join(dir, name+".onnx"), func(w io.Writer) error { _, err := w.Write(b); return err })
	}
	if err == nil {
		sum := sha256.Sum256(b)
		err = output.JSON(filepath.Join(dir, name+".json"), train.Card{Name: name, SHA256: hex.EncodeToString(sum[:])})
	}
	if err != nil {
		t.Fatal(err)
	}
}
