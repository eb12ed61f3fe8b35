// Package session is one image and one network in front of a person: corrupted, classified, attacked step by step, and
// shown. It knows nothing of the page, so that any program can show it; the page's worker (wasm/lab) serves it as messages.
//
// A [Session] takes arguments and returns answers that are plain data with the JSON of the page's protocol. The images of
// an answer lie one after the other in [Session.Pixels], as RGBA bytes; [Placed] says where. Errors are sentences for the
// person who looks; [Sentence] makes one of any other error.
//
// People look at the central square of an image at 224×224 pixels, the size that the corruptions' published constants are
// made for. The network is shown the image at its own size, corrupted there, or cut out of what people see.
package session
