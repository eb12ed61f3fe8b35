package random_test

import (
	"fmt"

	"steady/core/random"
)

// What is drawn for an image depends on its key alone: the user's seed, the index of the image, what draws, and a stream.
func ExampleNew() {
	const seed = 42
	for index := range uint64(2) {
		s := random.New(seed, index, "gaussian_noise", 3)
		fmt.Println(s.IntN(100), s.IntN(100), s.IntN(100))
	}
	again := random.New(seed, 1, "gaussian_noise", 3)
	fmt.Println(again.IntN(100), again.IntN(100), again.IntN(100))
	// Output:
	// 40 6 25
	// 18 98 30
	// 18 98 30
}

// A run that is interrupted can go on with the same numbers.
func ExampleSource_SetState() {
	s := random.New(1, 0, "shuffle", 0)
	s.IntN(10)
	state := s.State()
	fmt.Println(s.Perm(5))
	resumed := random.New(0, 0, "", 0)
	resumed.SetState(state)
	fmt.Println(resumed.Perm(5))
	// Output:
	// [3 2 1 4 0]
	// [3 2 1 4 0]
}
