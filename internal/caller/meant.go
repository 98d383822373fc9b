package caller

import (
	"strings"
)

// placeholder stands where only the user knows the name.
const placeholder = "NAME"

// meant guesses the reference behind one that was refused. What it returns is
// a legal reference itself, never a repetition of foreign text; "" is no guess.
func meant(s string) string {
	// The blanks and quotes that come along with a paste or from a JSON file.
	s = strings.Trim(s, " \t\r\n\"'`,;")
	guess := ""
	if strings.Contains(s, ":") {
		guess = meantARN(s)
	} else {
		guess = meantShortForm(s)
	}
	if _, problem := readReference(guess); problem != "" {
		return ""
	}
	return guess
}

// meantARN goes by what each part looks like rather than by where it stands,
// so that a lost or doubled colon, a Region or a missing arn: does not matter.
func meantARN(s string) string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ':' })
	next := func(matches func(string) bool) (part string) {
		if len(parts) > 0 && matches(parts[0]) {
			part, parts = parts[0], parts[1:]
		}
		return part
	}
	next(func(p string) bool { return strings.EqualFold(p, "arn") })
	partition := next(isPartition)
	next(func(p string) bool { return p == "iam" || p == "sts" })
	next(func(p string) bool { return PartitionOfRegion(p) != "" })
	account := repairAccount(next(func(p string) bool { return repairAccount(p) != "" }))
	resource := strings.Join(parts, ":")
	role := roleOf(resource)
	switch {
	case account != "":
		return roleARN(partition, account, role)
	case strings.HasPrefix(resource, "role/"):
		return role // the account was left out: the caller's own
	}
	return ""
}

// roleOf guesses PATH/NAME from the resource of an ARN. An instance profile
// and its role mostly share a name; user/ and role/ are easily interchanged.
func roleOf(resource string) string {
	kind, rest, _ := strings.Cut(resource, "/")
	segments := pathSegments(rest)
	switch {
	case len(segments) == 0:
		return placeholder
	case kind == "role" || kind == "user" || kind == "instance-profile":
		return strings.Join(segments, "/")
	case kind == "assumed-role":
		return segments[0]
	}
	return placeholder
}

func meantShortForm(s string) string {
	segments := pathSegments(s)
	account := ""
	if len(segments) > 0 {
		account = repairAccount(segments[0])
	}
	if account != "" {
		segments = segments[1:]
	}
	role := strings.Join(segments, "/")
	if len(segments) > 1 && (segments[0] == "role" || segments[0] == "assumed-role") {
		role = roleOf(role)
	}
	switch {
	case account == "":
		return role
	case role == "":
		role = placeholder
	}
	return roleARN("", account, role)
}

// roleARN writes a guess in full. Where no partition was named it is the one
// that nearly everybody is in.
func roleARN(partition, account, role string) string {
	if partition == "" {
		partition = "aws"
	}
	return "arn:" + partition + ":iam::" + account + ":role/" + role
}

func pathSegments(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == '/' })
}

// repairAccount takes out the console's dashes and gives back the one leading
// zero that spreadsheets take; "" if that does not make 12 digits.
func repairAccount(s string) string {
	s = strings.ReplaceAll(s, "-", "")
	if len(s) == 11 {
		s = "0" + s
	}
	if !isAccount(s) {
		return ""
	}
	return s
}
