package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"regexp"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// profiled is a part of a processor profile: a stack of functions, the innermost first, and the processor's time in it.
type profiled struct {
	stack []string
	time  time.Duration
}

// readProfile reads a profile as runtime/pprof writes it: profile.proto of github.com/google/pprof, gzipped. Functions
// that were inlined stand in the stack like others.
func readProfile(compressed []byte) ([]profiled, error) {
	z, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, err
	}
	file, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	type sample struct{ locations, values []uint64 }
	var samples []sample
	var names []string
	functions, locations := map[uint64]uint64{}, map[uint64][]uint64{} // names of functions, functions of locations
	err = fields(file, func(number protowire.Number, _ uint64, message []byte) error {
		switch number {
		case 2:
			var s sample
			samples = append(samples, s)
			return fields(message, func(number protowire.Number, v uint64, packed []byte) error {
				to := &samples[len(samples)-1]
				switch number {
				case 1:
					to.locations = append(to.locations, numbers(v, packed)...)
				case 2:
					to.values = append(to.values, numbers(v, packed)...)
				}
				return nil
			})
		case 4:
			var id uint64
			var inside []uint64
			err := fields(message, func(number protowire.Number, v uint64, line []byte) error {
				switch number {
				case 1:
					id = v
				case 4:
					return fields(line, func(number protowire.Number, v uint64, _ []byte) error {
						if number == 1 {
							inside = append(inside, v)
						}
						return nil
					})
				}
				return nil
			})
			locations[id] = inside
			return err
		case 5:
			var id, name uint64
			err := fields(message, func(number protowire.Number, v uint64, _ []byte) error {
				switch number {
				case 1:
					id = v
				case 2:
					name = v
				}
				return nil
			})
			functions[id] = name
			return err
		case 6:
			names = append(names, string(message))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var list []profiled
	for _, s := range samples {
		if len(s.values) != 2 {
			return nil, fmt.Errorf("a sample of %d values, want a number of times and nanoseconds", len(s.values))
		}
		p := profiled{time: time.Duration(s.values[1])}
		for _, l := range s.locations {
			for _, f := range locations[l] {
				if name := functions[f]; name < uint64(len(names)) {
					p.stack = append(p.stack, names[name])
				}
			}
		}
		list = append(list, p)
	}
	return list, nil
}

// fields calls a function for each field of a message, with its number or its bytes.
func fields(message []byte, each func(number protowire.Number, v uint64, content []byte) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		var v uint64
		var content []byte
		switch kind {
		case protowire.VarintType:
			v, n = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			content, n = protowire.ConsumeBytes(message)
		default:
			return fmt.Errorf("field %d of kind %d", number, kind)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		if err := each(number, v, content); err != nil {
			return err
		}
	}
	return nil
}

// numbers are those of a repeated field: packed, or one.
func numbers(v uint64, packed []byte) (list []uint64) {
	if packed == nil {
		return []uint64{v}
	}
	for len(packed) > 0 {
		v, n := protowire.ConsumeVarint(packed)
		if n < 0 {
			return list
		}
		list, packed = append(list, v), packed[n:]
	}
	return list
}

var phaseFunction = regexp.MustCompile(`^steady/core/compute/cpu\.\(?\*?(\w+)\)?\.do$`)

// imageMajor is the phase that takes images through other phases.
const imageMajor = "imageMajor"

// kernelAt returns the phase of a kernel (package cpu) in which a stack was met, and the function that the phase called
// there, "" if none. Both are "" outside of kernels.
func kernelAt(stack []string) (phase, function string) {
	for i, name := range stack {
		m := phaseFunction.FindStringSubmatch(name)
		if m == nil || m[1] == imageMajor {
			continue
		}
		if i > 0 {
			function = shortFunction(stack[i-1])
		}
		return m[1], function
	}
	return "", ""
}

// shortFunction is a function's name without package and receiver.
func shortFunction(name string) string {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' || name[i] == '/' {
			return name[i+1:]
		}
	}
	return name
}
