package sandbox

import (
	"errors"

	"karikagi/internal/iam"
	"karikagi/internal/strictyaml"
)

// parse is one of the two readers of internal/iam.
type parse func([]byte) (iam.Document, error)

// readPolicy reads a policy that is written as YAML, or as JSON in a text. Its errors are placed in the account file.
func readPolicy(v strictyaml.Value, what string, read parse) (iam.Document, error) {
	json, isText := strictyaml.JSON{Text: v.Raw()}, v.IsText()
	if !isText {
		if !v.IsMapping() {
			return iam.Document{}, v.Errorf("%s: want a policy as a mapping or as JSON in a text, not %s", what, v.Kind())
		}
		var err error
		if json, err = v.JSON(what, nil); err != nil {
			return iam.Document{}, err
		}
	}
	d, err := read([]byte(json.Text))
	if err == nil {
		return d, nil
	}
	wrong, ok := errors.AsType[*iam.SyntaxError](err)
	switch {
	case !ok:
		return iam.Document{}, v.Errorf("%s: %v", what, err)
	case isText:
		return iam.Document{}, v.Errorf("%s: line %d, column %d of the text: %s", what, wrong.Line, wrong.Column, wrong.Msg)
	}
	return iam.Document{}, json.At(wrong.Column).Errorf("%s: %s", what, wrong.Msg)
}
