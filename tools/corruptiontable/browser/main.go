//go:build js

package main

import (
	"syscall/js"
	"time"

	"steady/tools/corruptiontable/stopwatch"
)

// main takes the image that the page has put into window.image (RGBA, a square of window.side pixels).
func main() {
	image := js.Global().Get("image")
	rgba := make([]byte, image.Length())
	js.CopyBytesToGo(rgba, image)
	s, err := stopwatch.New(rgba, js.Global().Get("side").Int())
	if err != nil {
		panic(err)
	}
	js.Global().Set("measure", js.FuncOf(func(_ js.Value, args []js.Value) any {
		ms, err := s.Bytes(args[0].String(), args[1].Int(), time.Duration(args[2].Int())*time.Millisecond)
		if err != nil {
			return err.Error()
		}
		return ms
	}))
	select {}
}
