package ice

import (
	"sync"

	"steady/core/corrupt/internal/pix"
	"steady/core/random"
)

// look is one look of ice: its mean color, what light and tint add to it per standard deviation, and how it grows.
//
// The numbers are those of the photographs that the reference cuts its frost from, the mean and the deviation of random
// crops of 224×224 pixels, 300 of each. The deviation of the first one, whose color changes from place to place, is
// that of light and tint together.
type look struct {
	mean, light, tint [3]float32
	grow              func(r *random.Source, light, tint slab)
}

var (
	crumpled = look{[3]float32{.308, .582, .645}, [3]float32{.052, .046, .045}, [3]float32{.100, .045, .036}, growCrumpled}
	needles  = look{[3]float32{.775, .792, .828}, [3]float32{.080, .082, .086}, [3]float32{}, growNeedles}
	stars    = look{[3]float32{.567, .626, .676}, [3]float32{.105, .105, .111}, [3]float32{}, growStars}
	feathers = look{[3]float32{.395, .440, .487}, [3]float32{.150, .148, .144}, [3]float32{}, growFeathers}
)

// Sheets returns each of the sheets, which is grown when it is first needed and must not be changed. They take no seed,
// as the reference's photographs do not. Needles are there twice, because the reference's second and third photograph
// are the same.
var Sheets = func() [5]func() *Sheet {
	grown := func(k *look, number uint64) func() *Sheet {
		return sync.OnceValue(func() *Sheet { return k.sheet(random.New(0, number, "ice", 0)) })
	}
	needles := grown(&needles, 2)
	return [...]func() *Sheet{grown(&crumpled, 1), needles, needles, grown(&stars, 3), grown(&feathers, 4)}
}()

func (k *look) sheet(r *random.Source) *Sheet {
	light, tint := newSlab(), newSlab()
	k.grow(r, light, tint)
	light.normalize()
	s := &Sheet{W: Width, H: Height}
	for c := range s.Planes {
		s.Planes[c] = make([]uint8, len(light))
		for i, v := range light {
			s.Planes[c][i] = pix.Byte(k.mean[c] + float32(k.light[c]*v) + float32(k.tint[c]*tint[i]) + .5/255)
		}
	}
	return s
}

// growCrumpled grows a closed layer of crumpled ice: waves with the light from one side, and creases.
func growCrumpled(r *random.Source, light, tint slab) {
	height := ridges(r, 8, 3, .6)
	for y := range Height {
		for x := range Width {
			light[index(x, y)] = height[index(x, y)] - height[index(x-1, y-1)]
		}
	}
	light.normalize()
	for range 1300 {
		b := blade{x: r.Uniform(0, Width), y: r.Uniform(0, Height), width: r.Uniform(1.5, 3), shoulder: .5}
		b.dx, b.dy = heading(r, 20, 70)
		bend, facet := r.Uniform(-30, 30), r.Uniform(.5, 3)
		for range 1 + r.IntN(6) {
			b.length, b.tone, b.opacity = r.Uniform(5, 12), r.Uniform(-.8, .8), r.Uniform(.3, .8)
			b.facet = facet * (b.dx - float32(.5*b.dy))
			light.lay(b)
			b.x, b.y = b.at(.7 * b.length)
			b.turn(heading(r, bend, 30))
		}
	}
	light.normalize()
	light.add(grain(r), .5)
	copy(tint, patches(r))
}

// growNeedles grows a thick white layer of long blades in bundles.
func growNeedles(r *random.Source, light, _ slab) {
	slow := patches(r)
	for range 650 {
		x, y := r.Uniform(0, Width), r.Uniform(0, Height)
		angle, length, width := r.Uniform(0, 360), r.Uniform(15, 70), r.Uniform(2, 8)
		thick := float32(.3 * slow[index(int(x), int(y))])
		for range 3 + r.IntN(6) {
			b := blade{x: x + float32(r.Uniform(-.3, .3)*length), y: y + float32(r.Uniform(-.3, .3)*length),
				length: length * r.Uniform(.5, 1), width: width * r.Uniform(.4, 1), shoulder: r.Uniform(.2, .6),
				tone: thick + r.Uniform(-1, 1), facet: r.Uniform(0, .5), opacity: r.Uniform(.2, .7)}
			b.dx, b.dy = heading(r, angle, 16)
			if r.IntN(5) == 0 {
				shadow := b
				shadow.x, shadow.y, shadow.width = b.x+1, b.y+1, b.width+1
				shadow.tone, shadow.facet = -2, 0
				light.lay(shadow)
			}
			light.lay(b)
		}
	}
	light.normalize()
	light.add(slow, .6)
	light.add(grain(r), .25)
	for i, v := range light {
		if v > 0 { // white is the end
			light[i] = v / (1 + float32(.35*v))
		}
	}
}

// growStars grows what a window has: small dendrites, most of them upright, and stars of leaves in places.
func growStars(r *random.Source, light, _ slab) {
	slow := patches(r)
	for range 2200 {
		b := blade{x: r.Uniform(0, Width), y: r.Uniform(0, Height), length: r.Uniform(6, 22), width: 1.7, shoulder: .5,
			tone: r.Uniform(-1, 1), facet: .7, opacity: r.Uniform(.3, .9)}
		switch r.IntN(4) {
		case 0:
			b.dx, b.dy = heading(r, 0, 180)
		case 1:
			b.dx, b.dy = heading(r, 0, 6)
		default:
			b.dx, b.dy = heading(r, -90, 8)
		}
		light.feather(r, b, r.Uniform(.25, .5), .3)
	}
	for range 650 {
		x, y := r.Uniform(0, Width), r.Uniform(0, Height)
		dense := slow[index(int(x), int(y))]
		if dense < -.3 {
			continue
		}
		angle, size := r.Uniform(0, 360), r.Uniform(5, 14+float32(8*dense))
		for range 3 + r.IntN(5) {
			b := blade{x: x, y: y, length: size * r.Uniform(.5, 1), shoulder: r.Uniform(.3, .6),
				tone: r.Uniform(-1.8, .8), facet: r.Uniform(.3, .9), opacity: r.Uniform(.5, .9)}
			b.dx, b.dy = heading(r, angle, 100)
			b.width = 1 + float32(.25*b.length)
			light.lay(b)
		}
	}
	light.normalize()
	light.add(slow, .45)
	light.add(grain(r), .25)
}

// growFeathers grows large dendrites over each other on a dark pane.
func growFeathers(r *random.Source, light, _ slab) {
	slow := patches(r)
	light.add(slow, .3)
	for range 700 {
		b := blade{x: r.Uniform(0, Width), y: r.Uniform(0, Height), length: r.Uniform(15, 60), width: 1.5, shoulder: .3,
			facet: .4, opacity: r.Uniform(.3, .95)}
		b.dx, b.dy = heading(r, 0, 180)
		b.tone = float32(.3*slow[index(int(b.x), int(b.y))]) + r.Uniform(.3, 2)
		light.feather(r, b, r.Uniform(.4, .55), .35)
	}
	light.normalize()
	light.add(slow, .35)
	light.add(grain(r), .15)
}
