package train

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"steady/core/dataset"
	"steady/core/engine"
)

// A checkpoint is a magic word, a JSON header behind its length, the values, velocities and averages of all parameters
// as little-endian float32, those of the best epoch if it is kept, and a CRC-32 of all of it.
const magic = "steady checkpoint 1\n"

// What is read before the checksum is known to be right is bounded by these.
const (
	maxHeader = 1 << 20 // bytes of the header but for the history
	maxRecord = 1 << 10 // bytes of an epoch's record
)

// header describes a checkpoint and the run that can be resumed from it.
type header struct {
	Config Config   `json:"config"`
	Epoch  int      `json:"epoch"`
	Data   string   `json:"data"`
	Images int      `json:"images"`
	Sum    uint32   `json:"sum,omitempty"`   // of the data; 0 if it is not known
	Begun  uint32   `json:"begun,omitempty"` // sum of the parameters before the first epoch; 0 if it is not known
	Params []string `json:"params"`          // name and shape of each

	History []Record `json:"history,omitempty"`
	Best    int      `json:"best,omitempty"` // the best epoch, from 1; 0 if it is not kept
	Score   float64  `json:"score,omitempty"`
}

// ErrCheckpoint matches the error for a checkpoint that is damaged or belongs to another run.
var ErrCheckpoint = errors.New("checkpoint does not fit")

// fingerprintOf returns a number that differs between parameters of other values.
func fingerprintOf(params []engine.Param) (sum uint32) {
	var b []byte
	for _, p := range params {
		b = b[:0]
		for _, x := range p.Value {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
		sum = crc32.Update(sum, crc32.IEEETable, b)
	}
	return sum
}

// fingerprint returns a number that differs between sets of as many images.
func fingerprint(set *dataset.Set) uint32 {
	sum, b := crc32.ChecksumIEEE(set.Pix), [8]byte{}
	for _, l := range set.Labels {
		binary.LittleEndian.PutUint64(b[:], uint64(l))
		sum = crc32.Update(sum, crc32.IEEETable, b[:])
	}
	return sum
}

func (t *Trainer) header() header {
	h := header{
		Config: t.config, Epoch: t.epoch, Data: t.set.Name, Images: t.set.Len(), Sum: t.sum, Begun: t.begun, History: t.history,
	}
	if t.best != nil {
		h.Best, h.Score = t.best.epoch, t.best.score
	}
	for _, p := range t.sgd.params {
		h.Params = append(h.Params, fmt.Sprint(p.Name, p.Shape))
	}
	return h
}

// differs says how the run that wrote has is another one than that of h; "" if it is not.
func (h header) differs(has header) string {
	if d := h.Config.differs(&has.Config); d != "" {
		return d
	}
	switch {
	case has.Data != h.Data || has.Images != h.Images:
		return fmt.Sprintf("it is of a run on %d images of %q, this one has %d of %q",
			has.Images, has.Data, h.Images, h.Data)
	case has.Sum != 0 && has.Sum != h.Sum:
		return fmt.Sprintf("the images of %q are no longer those that it was trained on", h.Data)
	case len(has.Params) != len(h.Params):
		return fmt.Sprintf("it is of a network of %d parameters, this one has %d", len(has.Params), len(h.Params))
	}
	for i := range h.Params {
		if has.Params[i] != h.Params[i] {
			return fmt.Sprintf("its parameter %d is %q, that of this network is %q", i, has.Params[i], h.Params[i])
		}
	}
	if has.Begun != 0 && has.Begun != h.Begun {
		return "it is of a run that began with other parameters"
	}
	return ""
}

// tensors returns everything that a step changes, and the parameters of the best epoch unless it is nil.
func (t *Trainer) tensors(b *best) (all [][]float32) {
	for i, p := range t.sgd.params {
		all = append(all, p.Value)
		if v := t.sgd.velocity[i]; v != nil {
			all = append(all, v)
		}
		if t.average != nil {
			all = append(all, t.average.values[i])
		}
	}
	if b != nil {
		all = append(all, b.values...)
	}
	return all
}

// tensorBytes returns the size of all tensors in a checkpoint.
func (t *Trainer) tensorBytes(withBest bool) (size int) {
	var b *best
	if withBest {
		b = &best{}
		for _, p := range t.sgd.params {
			b.values = append(b.values, p.Value)
		}
	}
	for _, v := range t.tensors(b) {
		size += 4 * len(v)
	}
	return size
}

// Checkpoint writes all that Restore needs to resume the run. Call it between epochs.
func (t *Trainer) Checkpoint(w io.Writer) error {
	if t.midEpoch {
		return fmt.Errorf("train: checkpoint: %w", ErrEpochAborted)
	}
	text, err := json.Marshal(t.header())
	if err != nil {
		return fmt.Errorf("train: checkpoint: %w", err)
	}
	b := []byte(magic)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	b = append(b, text...)
	for _, v := range t.tensors(t.best) {
		for _, x := range v {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("train: checkpoint: %w", err)
	}
	return nil
}

// Restore resumes the same run where a checkpoint of it was written, bit for bit. On error the trainer is unchanged.
func (t *Trainer) Restore(r io.Reader) error {
	has, rest, err := t.readCheckpoint(r)
	if err != nil {
		return err
	}
	t.best = nil
	if has.Best > 0 {
		t.best = &best{has.Best, has.Score, cloneValues(t.sgd.params)}
	}
	for _, v := range t.tensors(t.best) {
		for i := range v {
			v[i] = math.Float32frombits(binary.LittleEndian.Uint32(rest))
			rest = rest[4:]
		}
	}
	if t.stepper != nil { // what the backend has is of an epoch that was aborted
		t.stepper.AbortSGD()
		t.stepper = nil
	}
	t.epoch, t.midEpoch, t.history = has.Epoch, false, has.History
	return nil
}

// readCheckpoint reads a checkpoint of this run: its header and the bytes of its tensors.
func (t *Trainer) readCheckpoint(r io.Reader) (has header, tensors []byte, err error) {
	wrong := func(format string, a ...any) (header, []byte, error) {
		return has, nil, fmt.Errorf("train: %w: %s", ErrCheckpoint, fmt.Sprintf(format, a...))
	}
	most := len(magic) + 4 + maxHeader + maxRecord*t.config.Epochs + t.tensorBytes(true) + 4
	b, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err != nil {
		return has, nil, fmt.Errorf("train: checkpoint: %w", err)
	}
	rest, ok := bytes.CutPrefix(b, []byte(magic))
	if !ok || len(rest) < 8 {
		return wrong("it does not begin with %q", magic)
	}
	if got, want := crc32.ChecksumIEEE(b[:len(b)-4]), binary.LittleEndian.Uint32(b[len(b)-4:]); got != want {
		return wrong("its checksum is %08x, want %08x: the file is damaged", got, want)
	}
	length := binary.LittleEndian.Uint32(rest)
	rest = rest[4 : len(rest)-4]
	if int64(length) > int64(len(rest)) {
		return wrong("a header of %d bytes in %d", length, len(rest))
	}
	if err := json.Unmarshal(rest[:length], &has); err != nil {
		return wrong("header: %v", err)
	}
	if difference := t.header().differs(has); difference != "" {
		return wrong("%s", difference)
	}
	if has.Epoch < 0 || has.Epoch > t.config.Epochs {
		return wrong("epoch %d of %d", has.Epoch, t.config.Epochs)
	}
	for i, r := range has.History {
		if want := has.Epoch - len(has.History) + 1 + i; r.Epoch != want {
			return wrong("a record of epoch %d in the place of %d", r.Epoch, want)
		}
	}
	if has.Best < 0 || has.Best > has.Epoch || has.Best > 0 && !t.config.keepsBest() {
		return wrong("best epoch %d of %d", has.Best, has.Epoch)
	}
	size := t.tensorBytes(has.Best > 0)
	if rest = rest[length:]; len(rest) != size {
		return wrong("%d bytes of parameters, want %d", len(rest), size)
	}
	return has, rest, nil
}
