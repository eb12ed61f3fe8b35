package main

import (
	"math"
	"runtime/debug"
	"syscall/js"
	"time"

	"steady/core/session"
)

// main joins the server to the worker's JavaScript (web/src/lab/worker.ts): steadyAsk in, steadyTell out.
func main() {
	delayCollection()
	tell := js.Global().Get("steadyTell")
	array := js.Global().Get("Uint8ClampedArray")
	s := newServer(func(kind string, id int, text string, pixels []byte) {
		p := js.Null()
		if len(pixels) > 0 {
			p = array.New(len(pixels)) // a new one each time: the worker hands it over to the page
			js.CopyBytesToJS(p, pixels)
		}
		tell.Invoke(kind, id, text, p)
	})
	js.Global().Set("steadyAsk", js.FuncOf(func(_ js.Value, args []js.Value) any {
		r := request{id: args[0].Int(), op: args[1].String(), args: args[2].String()}
		if !args[3].IsNull() {
			r.data = bytesOf(args[3])
		}
		for i := range args[4].Length() {
			f := args[4].Index(i)
			r.further = append(r.further, session.File{Name: f.Get("name").String(), Data: bytesOf(f.Get("data"))})
		}
		s.take(r)
		return nil
	}))
	js.Global().Call("steadyReady")
	s.run()
}

// delayCollection has no garbage collected in the first two seconds, up to 64 MB, so that the first answers come sooner.
func delayCollection() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(64 << 20)
	time.AfterFunc(2*time.Second, func() {
		debug.SetGCPercent(25) // WebAssembly's memory never shrinks, and most of the heap is a few large arrays: quickly collected
		debug.SetMemoryLimit(math.MaxInt64)
	})
}

// bytesOf returns a copy of a Uint8Array.
func bytesOf(array js.Value) []byte {
	b := make([]byte, array.Get("byteLength").Int())
	js.CopyBytesToGo(b, array)
	return b
}
