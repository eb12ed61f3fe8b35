package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"steady/tools/machine"
)

// parseWidth reads the width of vectors that -simd names.
func parseWidth(text string) (bits int, err error) {
	bits, err = strconv.Atoi(text)
	if err != nil || !slices.Contains([]int{128, 256, 512}, bits) {
		return 0, errors.New("valid: 128, 256, 512")
	}
	return bits, nil
}

// checkWidth returns an error unless programs on a processor with some widths of vectors can be held to one of them.
func checkWidth(bits int, widths []int) error {
	if slices.Contains(widths, bits) {
		return nil
	}
	most := "none"
	if len(widths) > 0 {
		most = fmt.Sprintf("vectors of at most %d bits", slices.Max(widths))
	}
	return fmt.Errorf("-simd %d: this processor has %s (%s)", bits, most, strings.Join(machine.Extensions(), ", "))
}

// withWidth runs this program again, with the same arguments and vectors of so many bits, unless it runs so already: the
// width is settled when a program starts. It reports whether it did.
func withWidth(bits int) (again bool, err error) {
	if err := checkWidth(bits, machine.VectorWidths()); err != nil {
		return false, err
	}
	setting := machine.SetVectorWidth(os.Getenv("GODEBUG"), bits)
	if setting == os.Getenv("GODEBUG") {
		if got := machine.VectorBits(); got != bits {
			return false, fmt.Errorf("-simd %d: vectors have %d bits all the same (built without GOEXPERIMENT=simd?)", bits, got)
		}
		return false, nil
	}
	self, err := os.Executable()
	if err != nil {
		return false, err
	}
	command := exec.Command(self, os.Args[1:]...)
	command.Env = append(os.Environ(), "GODEBUG="+setting)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	return true, command.Run()
}

// peerEnvironment returns what keeps PyTorch and its libraries to vectors of the width that -simd asks for: its own
// kernels, oneDNN (under its old and its new name) and MKL. 512 bits, where there are such, they choose by themselves.
func (c config) peerEnvironment() []string {
	switch c.simd {
	case 128:
		return []string{"ATEN_CPU_CAPABILITY=default", "DNNL_MAX_CPU_ISA=SSE41", "ONEDNN_MAX_CPU_ISA=SSE41", "MKL_ENABLE_INSTRUCTIONS=SSE4_2"}
	case 256:
		return []string{"ATEN_CPU_CAPABILITY=avx2", "DNNL_MAX_CPU_ISA=AVX2", "ONEDNN_MAX_CPU_ISA=AVX2", "MKL_ENABLE_INSTRUCTIONS=AVX2"}
	}
	return nil
}

// peerNarrowed returns what the notes say of that.
func (c config) peerNarrowed() string {
	switch environment := c.peerEnvironment(); {
	case environment == nil && c.simd == 0:
		return ", which chooses its vectors itself"
	case environment == nil:
		return ", which nothing keeps to a width"
	case c.simd == 128:
		return ", with " + strings.Join(environment, " ") + " (its oneDNN then has no FMA either; other libraries of its may go on with wider vectors)"
	default:
		return ", with " + strings.Join(environment, " ")
	}
}

// vectorsLine says what this is measured on and with: the processor, its vector extensions, and what is used of them.
func (c config) vectorsLine() string {
	line := machine.Describe()
	if c.simd != 0 {
		line += fmt.Sprintf(" (-simd %d: our native processes run with GODEBUG=%s; WebAssembly always has 128)", c.simd, os.Getenv("GODEBUG"))
	} else if d := os.Getenv("GODEBUG"); d != "" {
		line += " (GODEBUG=" + d + ")"
	}
	return line
}
