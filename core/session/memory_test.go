package session_test

import (
	"context"
	"runtime"
	"testing"

	"steady/core/session"
	"steady/models"
)

// What a session holds does not grow by what is tried on its image.
func TestMemoryStays(t *testing.T) {
	var s session.Session
	network, err := models.FS.ReadFile("fashion-standard.onnx")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetNetwork(session.NetworkArgs{}, network); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetImage(session.ImageArgs{Width: 300, Height: 300}, make([]byte, 4*300*300)); err != nil {
		t.Fatal(err)
	}
	held := func(rounds int) int64 {
		for i := range rounds {
			noise := session.CorruptArgs{Corruption: "gaussian_noise", Severity: 1 + i%5, Where: "view"}
			s.ResetPixels()
			if _, err := s.Look(noise, 0, true); err != nil {
				t.Fatal(err)
			}
			s.ResetPixels()
			attack := session.AttackArgs{Attack: "pgd", Norm: "linf", Target: -1, From: "original", Corruption: noise,
				Values: map[string]float64{"eps": 8, "steps": 5}}
			if _, err := s.Attack(context.Background(), attack, func(*session.StepAnswer, []byte) error { return nil }); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	if before, after := held(10), held(20); after-before > 500_000 {
		t.Errorf("20 attacks have left %d bytes behind", after-before)
	}
}
