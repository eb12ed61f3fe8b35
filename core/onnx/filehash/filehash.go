package filehash

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// Of returns the SHA-256 of an ONNX file in hexadecimal digits; if weights are in other files, that of the hashes of all, in
// the order of their first use.
func Of(file []byte, weights ...io.Reader) (string, error) {
	sum := sha256.Sum256(file)
	all := hex.EncodeToString(sum[:])
	if len(weights) == 0 {
		return all, nil
	}
	for _, w := range weights {
		h := sha256.New()
		if _, err := io.Copy(h, w); err != nil {
			return "", err
		}
		all += " " + hex.EncodeToString(h.Sum(nil))
	}
	sum = sha256.Sum256([]byte(all))
	return hex.EncodeToString(sum[:]), nil
}
