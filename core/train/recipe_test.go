package train

import (
	"errors"
	"strings"
	"testing"

	"steady/core/option"
)

func TestRecipes(t *testing.T) {
	for _, r := range Recipes() {
		if found, err := LookupRecipe(r.Name); err != nil || found != r {
			t.Errorf("%s is not found: %v", r.Name, err)
		}
		if r.Config.Recipe != r.Name || r.Summary == "" || r.Source == "" {
			t.Errorf("%s: %+v", r.Name, r)
		}
		if err := r.Config.Validate(); err != nil {
			t.Errorf("%s: its own parameters: %v", r.Name, err)
		}
	}
	if _, err := LookupRecipe("secret"); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), "standard") {
		t.Errorf("an unknown recipe: %v", err)
	}
}

func TestRegisterRefuses(t *testing.T) {
	refused := func(what string, r *Recipe) {
		t.Helper()
		before := len(Recipes())
		defer func() {
			if recover() == nil || len(Recipes()) != before {
				t.Errorf("%s: it is registered", what)
			}
		}()
		Register(r)
	}
	refused("a name that is taken", dummyRecipe("dummy"))
	wrong := dummyRecipe("third dummy")
	wrong.Config.Epochs = 0
	refused("no epochs", wrong)
	wrong = dummyRecipe("third dummy")
	wrong.Config.Recipe = "dummy"
	refused("the Config of another", wrong)
	defer func() {
		if recover() == nil {
			t.Error("an option that all recipes have")
		}
	}()
	WithOptions(Recipe{Name: "epochs"}, dummies{}, option.Table[dummies]{{Name: "epochs"}}, nil)
}
