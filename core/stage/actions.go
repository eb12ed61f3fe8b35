package stage

import "slices"

// Effect is what an action asks of the program around the stage.
type Effect int

const (
	Nothing Effect = iota
	Quit
	ToggleFullscreen
	NextSource // the next of the program's sources of frames; for a camera that is gone, to look for it again
)

// Action is what keys do.
type Action struct {
	Keys  []string // lowercase: letters and digits, or "space", "tab", "left", "right", "up", "down", "escape"
	Shown string   // the keys, as people read them
	Help  string
	do    func(s *Stage, key string) Effect
}

func change(f func(s *Stage)) func(*Stage, string) Effect {
	return func(s *Stage, _ string) Effect { f(s); return Nothing }
}

func effect(e Effect) func(*Stage, string) Effect { return func(*Stage, string) Effect { return e } }

// actions is the only list of keys: presses, the help on the stage and the table of docs/stage.md are made from it.
var actions = []Action{
	{[]string{"tab"}, "Tab", "side by side, split, or nine corruptions at once", change(func(s *Stage) {
		s.mode = (s.mode + 1) % modes
		s.choose(0)
	})},
	{[]string{"left", "right"}, "← →", "another corruption", func(s *Stage, key string) Effect {
		step := 1
		if s.mode == Mosaic {
			step = Tiles
		}
		if key == "left" {
			step = -step
		}
		s.choose(step)
		return Nothing
	}},
	{[]string{"1", "2", "3", "4", "5"}, "1 … 5", "severity", func(s *Stage, key string) Effect {
		s.setting.Severity = int(key[0] - '0')
		return Nothing
	}},
	{[]string{"a"}, "A", "attack: none, universal, strongest in 33 ms, chosen", change(func(s *Stage) {
		if s.setting.Attack = (s.setting.Attack + 1) % attacks; s.setting.Attack == Chosen && s.setting.Chosen == "" {
			s.setting.Attack = NoAttack
		}
	})},
	{[]string{"up", "down"}, "↑ ↓", "strength of the attack", func(s *Stage, key string) Effect {
		steps := []int{1, 2, 4, 6, 8, 12, 16, 24, 32}
		at, _ := slices.BinarySearch(steps, s.setting.Eps)
		if key == "up" {
			at++
		} else {
			at--
		}
		s.setting.Eps = steps[min(max(at, 0), len(steps)-1)]
		return Nothing
	}},
	{[]string{"d"}, "D", "the change, magnified", change(func(s *Stage) {
		s.diff = !s.diff
		s.refreshDifference()
	})},
	{[]string{",", "."}, ", .", "move the line of the split; the mouse does, too", func(s *Stage, key string) Effect {
		by := 0.1
		if key == "," {
			by = -by
		}
		s.lineAt = min(max(s.lineAt+by, 0), 1)
		return Nothing
	}},
	{[]string{"space"}, "Space", "hold the picture, and let it go", change(func(s *Stage) { s.held = !s.held })},
	{[]string{"s"}, "S", "another source, or the camera again", effect(NextSource)},
	{[]string{"t"}, "T", "larger text", change(func(s *Stage) { s.large = !s.large })},
	{[]string{"l"}, "L", "light or dark", change(func(s *Stage) { s.light = !s.light })},
	{[]string{"i"}, "I", "figures: frames, answers, delay", change(func(s *Stage) { s.stats = !s.stats })},
	{[]string{"f"}, "F", "full screen", effect(ToggleFullscreen)},
	{[]string{"h"}, "H", "this help", change(func(s *Stage) { s.help = !s.help })},
	{[]string{"q", "escape"}, "Q, Esc", "leave; Esc closes the help first", func(s *Stage, key string) Effect {
		if key == "escape" && s.help {
			s.help = false
			return Nothing
		}
		return Quit
	}},
}

// Actions returns what keys do, in the order of the help.
func Actions() []Action { return slices.Clone(actions) }

// Press does what a key does, and returns what it asks of the program. Keys that do nothing are ignored.
func (s *Stage) Press(key string) Effect {
	for _, a := range actions {
		if slices.Contains(a.Keys, key) {
			return a.do(s, key)
		}
	}
	return Nothing
}
