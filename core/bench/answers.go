package bench

import (
	"encoding/binary"
	"fmt"
	"math"
)

// The first byte of encoded answers.
const (
	answersFormat   = 1
	distancesFormat = 2
)

// EncodeAnswers returns answers in few bytes: the format 1, the width of a class in bytes (1, 2 or 4), the number of
// answers as a varint, all classes, and all confidences as float32, everything little-endian. That is 5 bytes an image for
// up to 256 classes, 6 for ImageNet's. If there are distances, the format is 2, and they follow as float32.
func EncodeAnswers(answers []Answer) ([]byte, error) {
	if err := checkAnswers(answers); err != nil {
		return nil, err
	}
	format, width := byte(answersFormat), 1
	for _, a := range answers {
		switch {
		case a.Class > math.MaxUint16:
			width = 4
		case a.Class > math.MaxUint8:
			width = max(width, 2)
		}
		if a.Distance != 0 {
			format = distancesFormat
		}
	}
	b := binary.AppendUvarint([]byte{format, byte(width)}, uint64(len(answers)))
	var class [4]byte
	for _, a := range answers {
		binary.LittleEndian.PutUint32(class[:], uint32(a.Class))
		b = append(b, class[:width]...)
	}
	for _, a := range answers {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(a.Confidence))
	}
	if format == distancesFormat {
		for _, a := range answers {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(a.Distance))
		}
	}
	return b, nil
}

// DecodeAnswers reads what EncodeAnswers returns.
func DecodeAnswers(b []byte) ([]Answer, error) {
	if len(b) < 3 || b[0] != answersFormat && b[0] != distancesFormat || b[1] != 1 && b[1] != 2 && b[1] != 4 {
		return nil, fmt.Errorf("bench: answers that begin with % x: want %d or %d, and 1, 2 or 4", b[:min(len(b), 2)], answersFormat, distancesFormat)
	}
	width, floats := int(b[1]), int(b[0]) // as many as the format's number
	n, size := binary.Uvarint(b[2:])
	if rest := b[2+max(size, 0):]; size <= 0 || n > uint64(len(rest)) || len(rest) != int(n)*(width+4*floats) {
		return nil, fmt.Errorf("bench: %d bytes for %d answers", len(b), n)
	}
	classes := b[2+size:]
	values := classes[int(n)*width:]
	float := func(i int) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(values[4*i:])) }
	answers := make([]Answer, n)
	for i := range answers {
		var class [4]byte
		copy(class[:], classes[i*width:][:width])
		answers[i] = Answer{Class: int(binary.LittleEndian.Uint32(class[:])), Confidence: float(i)}
		if floats == distancesFormat {
			answers[i].Distance = float(len(answers) + i)
		}
	}
	return answers, checkAnswers(answers)
}
