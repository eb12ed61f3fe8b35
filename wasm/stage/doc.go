// Command stage is the live stage in the page, as WebAssembly in an iframe of its own: it draws scenes of core/stage as the window
// of tools/stage does. It computes no answer: the page's worker does (wasm/lab), to which web/src/stage/frame passes its requests.
//
// The iframe's script has an object steadyStage for both to call each other:
//
//	steadyStage.options        what to begin with, as JSON
//	steadyStage.picture        the page's picture: { pixels, width, height }
//	steadyStage.camera()       the newest frame of the camera, RGBA of steadyStage.side² pixels; null without news
//	steadyStage.ask(text, pixels)      a request, as a message of core/stage
//	steadyStage.say(text)      for people who do not see the stage
//	steadyStage.alert(text)    the same, at once; for small screens, too
//	steadyStage.ready(actions) listens from now on; actions are its keys, as JSON
//
//	steadyStage.press(key)     a key, by its name in core/stage; returns "quit", "fullscreen", "source" or ""
//	steadyStage.answer(text, pixels)   an answer to a request, as a message of core/stage
//	steadyStage.refuse(number, sentence)   that there is no answer
//	steadyStage.use(source, name)      where frames come from: "camera", "picture" or "pattern", and what people call it
//	steadyStage.notify(sentence)
//	steadyStage.counts()       how it goes, as JSON
package main
