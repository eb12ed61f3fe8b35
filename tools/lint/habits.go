package main

import "regexp"

// A habit is a rule for comments and prose that a pattern can check.
type habit struct {
	name    string
	where   place
	pattern *regexp.Regexp
	advice  string
	reason  string
}

// place is where a habit holds.
type place int

const (
	firstSentence place = iota // of a doc comment in Go
	comments                   // every comment in Go and TypeScript, and Markdown outside code
	errorTexts                 // string literals of errors in Go
)

// habits are checked by pattern; checkGo also checks that doc comments begin with the name, that packages have a
// comment, and the spelling of identifiers.
var habits = []habit{
	{"gives", firstSentence, regexp.MustCompile(`\bgives?\b`), `write "returns", or say what the function does`,
		"Go's own documentation says returns, and a stranger who searches for it must find it."},
	{"tells whether", comments, regexp.MustCompile(`\b[Tt]ells? (whether|if)\b`), `write "reports whether"`,
		"It is Go's set phrase for functions that return a bool."},
	{"gives back", comments, regexp.MustCompile(`\b(gives?|gave|given) back\b`), `write "return"`,
		"One word for one thing."},
	{"list of choices", errorTexts, regexp.MustCompile(`\bthere (are|is) (only )?(%[svq]|[\w/.-]+(, [\w/.-]+)+,? and )`),
		`write "valid: a, b, c"`,
		"A list after a colon reads the same for one name and for ten, and can be searched for."},
	{"device", comments, regexp.MustCompile(`\b[Gg]raphics cards?\b`), `write "GPU"`,
		"One word for one thing, and the word of the field."},
	{"trained numbers", comments, regexp.MustCompile(`\b[Ll]earnt\b`), `write "trained", or "parameters" or "weights"`,
		"One word for one thing, and American spelling."},
}

// allowed are files in which a habit is not checked, by habit and file, with the reason.
var allowed = map[[2]string]string{}

// americanParts are British spellings of parts of identifiers, with what Go's own packages would write.
var americanParts = []struct{ british, american string }{
	{"colour", "color"}, {"grey", "gray"}, {"centre", "center"}, {"neighbour", "neighbor"}, {"behaviour", "behavior"},
	{"favour", "favor"}, {"honour", "honor"}, {"metre", "meter"}, {"licence", "license"}, {"defence", "defense"},
	{"catalogue", "catalog"}, {"analyse", "analyze"}, {"labelled", "labeled"}, {"labelling", "labeling"},
	{"cancelled", "canceled"}, {"modelled", "modeled"}, {"modelling", "modeling"}, {"travelled", "traveled"},
	{"learnt", "learned"}, {"artefact", "artifact"},
	{"normalis", "normaliz"}, {"initialis", "initializ"}, {"optimis", "optimiz"}, {"quantis", "quantiz"},
	{"regularis", "regulariz"}, {"standardis", "standardiz"}, {"minimis", "minimiz"}, {"maximis", "maximiz"},
	{"equalis", "equaliz"}, {"posteris", "posteriz"}, {"solaris", "solariz"}, {"randomis", "randomiz"},
	{"recognis", "recogniz"}, {"organis", "organiz"}, {"serialis", "serializ"}, {"summaris", "summariz"},
	{"synchronis", "synchroniz"}, {"vectoris", "vectoriz"}, {"visualis", "visualiz"}, {"parallelis", "paralleliz"},
	{"binaris", "binariz"}, {"categoris", "categoriz"}, {"utilis", "utiliz"}, {"penalis", "penaliz"},
}
