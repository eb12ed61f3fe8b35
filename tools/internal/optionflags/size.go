package optionflags

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/option"
)

// Size is a flag's size of images, "224" or "224x160". The zero value is none.
type Size struct{ H, W int }

// Square returns the size of a square.
func Square(side int) Size { return Size{side, side} }

// String returns the flag's text, "" for none.
func (s Size) String() string {
	switch {
	case s == Size{}:
		return ""
	case s.H == s.W:
		return strconv.Itoa(s.H)
	}
	return fmt.Sprintf("%dx%d", s.H, s.W)
}

// Type is the word for the flag's value in its help.
func (*Size) Type() string { return "N|HxW" }

// Set reads the flag's text.
func (s *Size) Set(text string) error {
	height, width, two := strings.Cut(strings.ToLower(strings.ReplaceAll(text, "×", "x")), "x")
	if !two {
		width = height
	}
	h, errH := strconv.Atoi(height)
	w, errW := strconv.Atoi(width)
	if errH != nil || errW != nil || h < 1 || w < 1 {
		return fmt.Errorf("want pixels, more than 0, as one number or as height x width: 224, 224x160")
	}
	if !side.Contains(float64(max(h, w))) {
		return fmt.Errorf("want %v pixels", side)
	}
	*s = Size{h, w}
	return nil
}

// Range returns what each side may be.
func (*Size) Range() option.Range { return side }

// AddSize adds the flag --size, which sets s.
func AddSize(c *cobra.Command, s *Size, help string) {
	c.Flags().Var(s, "size", help+" ("+side.String()+"; default: none)")
}
