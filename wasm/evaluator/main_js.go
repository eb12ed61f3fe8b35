package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"
	"syscall/js"

	"steady/core/evaluator"
	"steady/core/revision"
	"steady/core/session"
)

// request is one message from the page.
type request struct {
	id       int
	op, args string
	data     []byte
	further  []session.File
}

// main joins an evaluator to the worker's JavaScript (web/src/evaluate/worker.ts): steadyAsk in, steadyTell out, and steadyRead
// for parts of the user's files.
func main() {
	debug.SetGCPercent(25) // WebAssembly's memory never shrinks, and most of the heap is a few large arrays: quickly collected
	tell := js.Global().Get("steadyTell")
	queue := make(chan request, 16)
	js.Global().Set("steadyAsk", js.FuncOf(func(_ js.Value, args []js.Value) any {
		r := request{id: args[0].Int(), op: args[1].String(), args: args[2].String()}
		if !args[3].IsNull() {
			r.data = bytesOf(args[3])
		}
		for i := range args[4].Length() {
			f := args[4].Index(i)
			r.further = append(r.further, session.File{Name: f.Get("name").String(), Data: bytesOf(f.Get("data"))})
		}
		queue <- r // the page asks again only when most answers have come
		return nil
	}))
	e := &evaluator.Evaluator{Read: readFile, Machine: "WebAssembly, vectors of 128 bits", Program: revision.Read().String()}
	js.Global().Call("steadyReady")
	for r := range queue {
		answer(e, r, tell)
	}
}

// answer answers a message. A panic becomes an error.
func answer(e *evaluator.Evaluator, r request, tell js.Value) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Printf("evaluator: panic in %s: %v\n%s", r.op, p, debug.Stack()) // to the browser's console
			tell.Invoke("error", r.id, fmt.Sprintf("Steady had an internal error (%v). Reload the page; if it happens again, please report it.", p), js.Null())
		}
	}()
	value, out, err := e.Do(r.op, []byte(r.args), r.data, r.further, func(step any) {
		if text, err := json.Marshal(step); err == nil {
			tell.Invoke("step", r.id, string(text), js.Null())
		}
	})
	var text []byte
	if err == nil {
		text, err = json.Marshal(value)
	}
	if err != nil {
		tell.Invoke("error", r.id, session.Sentence(err), js.Null())
		return
	}
	bytes := js.Null()
	if len(out) > 0 {
		bytes = js.Global().Get("Uint8Array").New(len(out))
		js.CopyBytesToJS(bytes, out)
	}
	tell.Invoke("answer", r.id, string(text), bytes)
}

// readFile reads a part of a file of the user.
func readFile(file int, p []byte, at int64) (n int, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("the file cannot be read any more: it may have been moved or changed since it was chosen")
		}
	}()
	part := js.Global().Call("steadyRead", file, float64(at), len(p))
	if n = js.CopyBytesToGo(p, part); n < len(p) {
		err = io.EOF
	}
	return n, err
}

// bytesOf returns a copy of a Uint8Array.
func bytesOf(array js.Value) []byte {
	b := make([]byte, array.Get("byteLength").Int())
	js.CopyBytesToGo(b, array)
	return b
}
