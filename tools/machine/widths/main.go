package main

import (
	"fmt"
	"os"

	"steady/tools/machine"
)

func main() {
	for _, bits := range machine.VectorWidths() {
		if bits != machine.VectorBits() {
			fmt.Println(bits, machine.SetVectorWidth(os.Getenv("GODEBUG"), bits))
		}
	}
}
