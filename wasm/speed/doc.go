// Command speed is the engine as WebAssembly for tools/peers: a network is loaded, run forward, differentiated and
// attacked from JavaScript, on one thread, so that it can be timed beside other engines in one page.
package main
