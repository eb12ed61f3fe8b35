package session_test

import (
	"context"
	"fmt"

	"steady/core/session"
	"steady/models"
)

// An image in fog, what a network says of it, and an attack on it.
func Example() {
	var s session.Session
	network, err := models.FS.ReadFile("fashion-standard.onnx")
	if err != nil {
		panic(err)
	}
	info, err := s.SetNetwork(session.NetworkArgs{}, network)
	if err != nil {
		panic(err)
	}
	pixels := make([]byte, 4*28*28) // RGBA: a white square on black
	for i := range 28 * 28 {
		if x, y := i%28, i/28; x > 6 && x < 21 && y > 6 && y < 21 {
			copy(pixels[4*i:], []byte{255, 255, 255})
		}
		pixels[4*i+3] = 255
	}
	if _, err := s.SetImage(session.ImageArgs{Width: 28, Height: 28}, pixels); err != nil {
		panic(err)
	}
	fog := session.CorruptArgs{Corruption: "fog", Severity: 3, Where: "net"}
	look, err := s.Look(fog, 0, true)
	if err != nil {
		panic(err)
	}
	for _, placed := range look.Images {
		fmt.Println(placed.Name, placed.Width, placed.Height)
	}
	end, err := s.Attack(context.Background(), session.AttackArgs{
		Attack: "pgd", Norm: "linf", Target: -1, From: "original", Corruption: fog, Values: map[string]float64{"eps": 16},
	}, func(step *session.StepAnswer, pixels []byte) error { return nil })
	if err != nil {
		panic(err)
	}
	fmt.Println(info.Classes[end.Before] != info.Classes[end.After], end.Success)
	// Output:
	// original-view 224 224
	// corrupted-view 224 224
	// original-net 28 28
	// corrupted-net 28 28
	// true true
}
