package bench

import (
	"encoding/binary"
	"fmt"
	"math"
)

// answersFormat is the first byte of encoded answers.
const answersFormat = 1

// EncodeAnswers returns answers in few bytes: the format 1, the width of a class in bytes (1, 2 or 4), the number of
// answers as a varint, all classes, and all confidences as float32, everything little-endian. That is 5 bytes an image for
// up to 256 classes, 6 for ImageNet's.
func EncodeAnswers(answers []Answer) ([]byte, error) {
	if err := checkAnswers(answers); err != nil {
		return nil, err
	}
	width := 1
	for _, a := range answers {
		switch {
		case a.Class > math.MaxUint16:
			width = 4
		case a.Class > math.MaxUint8:
			width = max(width, 2)
		}
	}
	b := binary.AppendUvarint([]byte{answersFormat, byte(width)}, uint64(len(answers)))
	var class [4]byte
	for _, a := range answers {
		binary.LittleEndian.PutUint32(class[:], uint32(a.Class))
		b = append(b, class[:width]...)
	}
	for _, a := range answers {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(a.Confidence))
	}
	return b, nil
}

// DecodeAnswers reads what EncodeAnswers returns.
func DecodeAnswers(b []byte) ([]Answer, error) {
	if len(b) < 3 || b[0] != answersFormat || b[1] != 1 && b[1] != 2 && b[1] != 4 {
		return nil, fmt.Errorf("bench: answers that begin with % x: want %d, and 1, 2 or 4", b[:min(len(b), 2)], answersFormat)
	}
	width := int(b[1])
	n, size := binary.Uvarint(b[2:])
	if rest := b[2+max(size, 0):]; size <= 0 || n > uint64(len(rest)) || len(rest) != int(n)*(width+4) {
		return nil, fmt.Errorf("bench: %d bytes for %d answers", len(b), n)
	}
	classes := b[2+size:]
	confidences := classes[int(n)*width:]
	answers := make([]Answer, n)
	for i := range answers {
		var class [4]byte
		copy(class[:], classes[i*width:][:width])
		answers[i] = Answer{int(binary.LittleEndian.Uint32(class[:])), math.Float32frombits(binary.LittleEndian.Uint32(confidences[4*i:]))}
	}
	return answers, checkAnswers(answers)
}
