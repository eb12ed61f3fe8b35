package eval

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"steady/core/dataset"
	"steady/core/dataset/imagenet"
	"steady/core/phrase"
)

// ErrClasses matches the error for a set whose classes are not those of the network.
var ErrClasses = errors.New("the classes of the data set and of the model do not match")

// Matching says which of a network's classes those of a set are.
type Matching struct {
	Classes []int    // of each class of the set, the class of the network; nil if the set has no names of classes
	Names   []string // of the network's classes, as far as the network or the set knows them; may be nil
	// Text says how they were matched, in one phrase; it is empty where nothing had to be decided, as names agree one by
	// one. Doubtful is set where neither names nor numbers say which class is which.
	Text     string
	Doubtful bool
}

// MatchClasses finds the classes of a set among those of a network with so many, whose names may be unknown (nil).
//
// A class of the set is matched by its name, if that is one of the network's: upper and lower case, and spaces, hyphens
// and underscores, are the same, and of several names with commas between them each counts. A WordNet ID stands for its
// class of ImageNet-1k: for its number if the network has these classes in their order, or else for its names. If all
// classes of the set are numbers, they are those of the network's classes. The set may have fewer classes than the
// network. Where no name matches, the order decides; the matching is doubtful if the network has names of its own, or more
// classes. What cannot be matched is an error that matches ErrClasses.
//
// A map from classes of the set to names or numbers of the network's, if there is one, goes before all that; what it does
// not have is matched by name.
func MatchClasses(set, network []string, classes int, given map[string]string) (*Matching, error) {
	if len(set) == 0 {
		if len(given) > 0 {
			return nil, fmt.Errorf("%w: the data set has no names of classes to map", ErrClasses)
		}
		return &Matching{Names: network}, nil
	}
	m := &matcher{set: set, network: network, classes: classes, names: nameTable(network)}
	if m.base = m.imageNetBase(); m.base >= 0 && len(network) == 0 {
		m.names = nameTable(m.imageNetNames())
	}
	if len(given) > 0 {
		return m.byMap(given)
	}
	for _, by := range []func() (*Matching, error){m.byName, m.byNumber, m.byOrder} {
		if r, err := by(); r != nil || err != nil {
			return r, err
		}
	}
	return nil, m.mismatch(set)
}

// Message returns what is worth saying of the matching of a set's classes, or "".
func (m *Matching) Message(set string) string {
	switch {
	case m.Doubtful:
		return fmt.Sprintf("WARNING: classes of %s: %s. If that is wrong, so are the accuracies; --class-map FILE says which class is which.",
			set, m.Text)
	case m.Text != "":
		return fmt.Sprintf("Classes of %s: %s.", set, m.Text)
	}
	return ""
}

// Apply returns the images with the network's numbers and names of classes.
func (m *Matching) Apply(images *dataset.Images) *dataset.Images {
	if m.Classes == nil {
		return images
	}
	return images.Relabel(m.Classes, m.Names)
}

type matcher struct {
	set, network []string
	classes      int
	names        map[string]int // of the network's names in plain form the class, -1 if there are several
	mayJoin      bool           // several classes of the set may be one of the network's
	base         int            // number of the first class of ImageNet-1k, if the network has these in their order; or -1
}

// imageNetBase returns the number of the first class of ImageNet-1k if a network has these classes in their order, as far
// as its names say, and -1 if not. TensorFlow's networks have a background class before them.
func (m *matcher) imageNetBase() int {
	list := imagenet.Classes()
	base := m.classes - len(list)
	if base != 0 && base != 1 || len(m.network) != 0 && len(m.network) != m.classes {
		return -1
	}
	if len(m.network) == 0 {
		return base
	}
	same := 0
	for i, c := range list {
		own := synonyms(m.network[base+i])
		if slices.Contains(own, c.WNID) || slices.ContainsFunc(synonyms(c.Name), func(s string) bool {
			return slices.Contains(own, s)
		}) {
			same++
		}
	}
	if same < len(list)*9/10 {
		return -1
	}
	return base
}

// imageNetNames returns the names of ImageNet-1k at the numbers of the network's classes.
func (m *matcher) imageNetNames() []string {
	names := make([]string, m.classes)
	for i, c := range imagenet.Classes() {
		names[m.base+i] = c.Name
	}
	return names
}

// find returns the network's class of a name. byID reports whether its WordNet ID decided, ok whether there is just one.
func (m *matcher) find(name string) (class int, byID, ok bool) {
	if k, ok := m.names[plain(name)]; ok {
		return k, false, k >= 0
	}
	id, rest := splitWNID(name)
	if id != "" {
		if k, ok := m.names[id]; ok {
			return k, true, k >= 0
		}
		if i, known := imagenet.Index(id); known {
			if m.base >= 0 {
				return m.base + i, true, true
			}
			for _, s := range synonyms(imagenet.Classes()[i].Name) {
				if k, ok := m.names[s]; ok && k >= 0 {
					return k, true, true
				}
			}
		}
	}
	if rest != name {
		if k, ok := m.names[plain(rest)]; ok && k >= 0 {
			return k, false, true
		}
	}
	return 0, false, false
}

// byName matches classes by name. If some match, all must.
func (m *matcher) byName() (*Matching, error) {
	to := make([]int, len(m.set))
	var unknown []string
	ids, inPlace := 0, 0
	for i, n := range m.set {
		k, byID, ok := m.find(n)
		if !ok {
			to[i] = i
			unknown = append(unknown, n)
			continue
		}
		if to[i] = k; k == i {
			inPlace++
		}
		if byID {
			ids++
		}
	}
	switch {
	case len(unknown) == len(m.set):
		return nil, nil
	case len(unknown) > 0 && m.allNumbers():
		return nil, nil
	case len(unknown) > 0 && len(m.network) == 0 && ids == 0:
		return nil, nil
	case len(unknown) > 0 && len(m.set) == m.classes && inPlace == len(m.set)-len(unknown) && inPlace >= len(unknown):
		r, err := m.result(to, "", false)
		if err == nil {
			r.Doubtful = true
			r.Text = fmt.Sprintf("%d of %d classes have the names and the order of the network's; the others (%s) are taken in "+
				"that order, too", inPlace, len(m.set), first(unknown))
		}
		return r, err
	case len(unknown) > 0:
		return nil, m.mismatch(unknown)
	}
	how := "by name"
	if ids == len(m.set) {
		how = "by WordNet ID"
	} else if ids > 0 {
		how = "by name and WordNet ID"
	}
	r, err := m.result(to, how, m.base >= 0)
	if err == nil && ids == 0 && len(to) == m.classes && inPlace == len(to) {
		r.Text = "" // the same names in the same order
	}
	return r, err
}

func (m *matcher) allNumbers() bool {
	return !slices.ContainsFunc(m.set, func(n string) bool { return number(n) < 0 })
}

// byNumber takes names that are numbers for those of the network's classes.
func (m *matcher) byNumber() (*Matching, error) {
	if !m.allNumbers() {
		return nil, nil
	}
	to := make([]int, len(m.set))
	for i, n := range m.set {
		to[i] = number(n)
	}
	if largest := slices.Max(to); largest >= m.classes {
		if len(m.set) == m.classes {
			return nil, nil // as of 1 to 10
		}
		return nil, fmt.Errorf("%w: class %d, but the network's are 0 to %d", ErrClasses, largest, m.classes-1)
	}
	return m.result(to, "by their numbers", false)
}

// byOrder takes the classes in their order.
func (m *matcher) byOrder() (*Matching, error) {
	if len(m.network) > 0 && len(m.set) != m.classes || len(m.set) > m.classes {
		return nil, nil
	}
	to := make([]int, len(m.set))
	for i := range to {
		to[i] = i
	}
	r, err := m.result(to, "", false)
	if err != nil {
		return nil, err
	}
	switch {
	case len(m.network) > 0:
		r.Doubtful = true
		r.Text = fmt.Sprintf("no class of the data set (%s) has the name of one of the network's (%s): they are taken in their order",
			first(m.set), first(m.network))
	case len(m.set) < m.classes:
		r.Doubtful = true
		r.Text = fmt.Sprintf("the data set has %d classes (%s), and the network %d without names: the first %d are taken in their order",
			len(m.set), first(m.set), m.classes, len(m.set))
	default:
		r.Text = "the network's classes have no names: those of the data set are taken in their order: " + r.examples(m.set)
	}
	return r, nil
}

// byMap takes the classes that a map says.
func (m *matcher) byMap(given map[string]string) (*Matching, error) {
	values := map[string]string{} // by the plain forms of names
	for _, n := range slices.Sorted(maps.Keys(given)) {
		if old, ok := values[plain(n)]; ok && old != given[n] {
			return nil, fmt.Errorf("%w: the class map has %q and %q for %q", ErrClasses, old, given[n], n)
		}
		values[plain(n)] = given[n]
	}
	to := make([]int, len(m.set))
	for i, n := range m.set {
		value, ok := values[plain(n)]
		if !ok {
			value = n
		}
		k, _, found := m.find(value)
		if !found && ok {
			k, found = number(value), true
		}
		switch {
		case !found:
			return nil, fmt.Errorf("%w: %q is neither a name of the network's classes nor in the class map", ErrClasses, n)
		case k < 0 || k >= m.classes:
			return nil, fmt.Errorf("%w: the class map has %q for %q: want a name of the network's classes, or a number from 0 to %d",
				ErrClasses, value, n, m.classes-1)
		}
		to[i] = k
	}
	m.mayJoin = true
	return m.result(to, "by the class map", false)
}

// result returns a matching, if no two classes of the set are one of the network's.
func (m *matcher) result(to []int, how string, imageNet bool) (*Matching, error) {
	r := &Matching{Classes: to, Names: m.network}
	switch {
	case len(m.network) > 0:
	case imageNet:
		r.Names = m.imageNetNames()
	default:
		r.Names = make([]string, m.classes)
		for i, k := range to {
			r.Names[k] = m.set[i]
		}
	}
	from := map[int]string{}
	for i, k := range to {
		if other, ok := from[k]; ok && !m.mayJoin {
			return nil, fmt.Errorf("%w: %q and %q are both the network's class %d", ErrClasses, other, m.set[i], k)
		}
		from[k] = m.set[i]
	}
	if how != "" {
		r.Text = fmt.Sprintf("%d of the network's %d classes are in the data set, matched %s: %s", len(from), m.classes, how,
			r.examples(m.set))
	}
	return r, nil
}

// examples shows some classes with their numbers.
func (m *Matching) examples(set []string) string {
	var list []string
	for i, k := range m.Classes {
		e := fmt.Sprintf("%s is %d", set[i], k)
		if n := m.Names[k]; n != "" && n != set[i] {
			e += fmt.Sprintf(" (%s)", n)
		}
		list = append(list, e)
	}
	return first(list)
}

// mismatch returns the error for classes that the network does not have.
func (m *matcher) mismatch(unknown []string) error {
	known := "unknown"
	if len(m.network) > 0 {
		known = first(m.network)
	}
	return fmt.Errorf("%w: %d of the data set's %d classes are not found among the network's %d: %s; the network's names: %s",
		ErrClasses, len(unknown), len(m.set), m.classes, first(unknown), known)
}

// first returns the first names of a list.
func first(names []string) string { return phrase.First(names, 4) }
