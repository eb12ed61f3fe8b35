//go:build (darwin || linux || windows) && (amd64 || arm64) && !nowebgpu

package webgpu

import (
	"strings"
	"testing"
	"time"
)

// TestScopes checks that an error goes to the call that caused it, also where Go would rather go on with that call on another
// thread: the library keeps the scopes of each thread by themselves.
func TestScopes(t *testing.T) {
	backend(t)
	opened, err := Open(testOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	d := opened.(*native)
	for range 50 {
		err := d.scoped("shader", func() {
			for range 10 {
				go time.Sleep(time.Microsecond) // takes the thread when this one sleeps
				time.Sleep(10 * time.Microsecond)
			}
			d.releaseShader(d.createShader(d.device, &shaderDescriptor{next: &shaderSource{sType: wgslSource, code: viewOf("fn main( {")}}))
		})
		if err == nil || !strings.Contains(err.Error(), "expected") || d.Err() != nil {
			t.Fatalf("WGSL with a mistake: %v, and by itself came %v; want the compiler's words, and nothing by itself", err, d.Err())
		}
	}
}
