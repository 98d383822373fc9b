package iam

// truth is yes, no, or not known. Where AWS documents no answer, or the request's own value makes no sense,
// guessing either way could open a door: an Allow statement then must not apply and a Deny statement must. The
// order no < unsure < yes makes "and" the lesser and "or" the greater of two (Kleene's three-valued logic).
type truth int

const (
	no truth = iota
	unsure
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func not(t truth) truth { return yes - t }

// anyOf is "or" over a list, and no for an empty one.
func anyOf[T any](list []T, test func(T) truth) truth {
	t := no
	for _, v := range list {
		t = max(t, test(v))
	}
	return t
}

// allOf is "and" over a list, and yes for an empty one.
func allOf[T any](list []T, test func(T) truth) truth {
	t := yes
	for _, v := range list {
		t = min(t, test(v))
	}
	return t
}
