package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	var s site
	flag.StringVar(&s.out, "out", "build/site", "folder to build; what it held is replaced")
	flag.StringVar(&s.models, "models", "models", "folder of networks (*.onnx), each with its model card (*.json)")
	flag.BoolVar(&s.plain, "plain", false, "leave out the compressed files, which take most of the time: for trying the page out")
	packages := flag.Bool("packages", false, "only install in node_modules what package-lock.json lists, unless it is there")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "site: unexpected argument %q\n", flag.Arg(0))
		os.Exit(2)
	}
	err := installPackages()
	if err == nil && !*packages {
		err = s.build()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
}
