package main

import "syscall/js"

// main joins the server to the worker's JavaScript (web/src/lab/worker.ts): steadyAsk in, steadyTell out.
func main() {
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
			r.data = make([]byte, args[3].Get("byteLength").Int())
			js.CopyBytesToGo(r.data, args[3])
		}
		s.take(r)
		return nil
	}))
	js.Global().Call("steadyReady")
	s.run()
}
