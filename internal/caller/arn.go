package caller

import (
	"fmt"
	"strconv"
	"strings"
)

// arn is an ARN in its parts: arn:partition:service:region:account:resource.
// Principals and roles are global, so a Region is always a fault.
type arn struct {
	partition, service, region, account, resource string
}

// splitARN only splits; the resource keeps its colons.
func splitARN(s string) (a arn, ok bool) {
	p := strings.SplitN(s, ":", 6)
	if len(p) != 6 || p[0] != "arn" {
		return arn{}, false
	}
	return arn{p[1], p[2], p[3], p[4], p[5]}, true
}

// parseARN is the one reading of an ARN of IAM or STS. A problem, here and
// below, is a clause that follows the ARN in an error; "" means none.
func parseARN(s string) (a arn, problem string) {
	if problem := checkText(s); problem != "" {
		return arn{}, problem
	}
	a, ok := splitARN(s)
	if !ok {
		return arn{}, "is not an ARN: want arn:PARTITION:iam::ACCOUNT:RESOURCE, six parts with five colons"
	}
	return a, a.problem(len(s))
}

func (a arn) problem(length int) string {
	switch {
	case length < 20 || length > 2048:
		// 20-2048: STS API reference, AssumeRole, RoleArn; IAM's arnType.
		return fmt.Sprintf("has %d characters: want 20-2048", length)
	case !isPartition(a.partition):
		return fmt.Sprintf("names the partition %s: want one of %s", quote(a.partition, partLimit), strings.Join(Partitions(), ", "))
	case a.service != "iam" && a.service != "sts":
		return fmt.Sprintf("is of the service %s: want iam or sts", quote(a.service, partLimit))
	case a.region != "":
		return fmt.Sprintf("names the Region %s: want none, principals and roles have no Region", quote(a.region, partLimit))
	case !isAccount(a.account):
		return fmt.Sprintf("names the account %s: want 12 digits", quote(a.account, partLimit))
	case a.resource == "":
		return "ends after the account: want a principal or role behind it"
	}
	return ""
}

// checkText refuses what no ARN and no name holds: blanks, control characters
// and anything outside ASCII, where look-alikes hide.
func checkText(s string) (problem string) {
	if s == "" {
		return "is empty"
	}
	for _, r := range s {
		if r < '!' || r > '~' {
			return fmt.Sprintf("contains %+q: want printable ASCII without blanks", r)
		}
	}
	return ""
}

// splitPath splits "/a/b/Name" into the path "/a/b/" and the name of a user or
// a role. IAM's pattern for a path would let empty segments pass; here they
// count as a slip of the pen.
func splitPath(what, s string) (path, name, problem string) {
	cut := strings.LastIndex(s, "/") + 1
	path, name = s[:cut], s[cut:]
	switch {
	case strings.Contains(s, "//"):
		return "", "", "has two slashes in a row: want one"
	case name == "":
		return "", "", "ends with a slash: want a " + what + " name behind it"
	case len(path) > 512:
		// 512 characters: IAM API reference, CreateUser and CreateRole, Path.
		return "", "", fmt.Sprintf("has a path of %d characters: want at most 512", len(path))
	}
	if want := checkName(name, 1, 64); want != "" {
		// 1-64 characters: IAM API reference, CreateUser and CreateRole.
		return "", "", fmt.Sprintf("has the %s name %s: %s", what, quote(name, partLimit), want)
	}
	return path, name, ""
}

// checkName holds for the names of users, roles and sessions alike, which are
// [\w+=,.@-] in ASCII (IAM API reference, UserName and RoleName; STS API
// reference, RoleSessionName). It says what was wanted instead; "" if nothing.
func checkName(name string, shortest, longest int) (want string) {
	for _, r := range name {
		if !isNameRune(r) {
			return fmt.Sprintf("want letters, digits and _+=,.@- only, not %+q", r)
		}
	}
	if len(name) < shortest || len(name) > longest {
		return fmt.Sprintf("want %d-%d characters, not %d", shortest, longest, len(name))
	}
	return ""
}

func isNameRune(r rune) bool {
	return isWordRune(r) || strings.ContainsRune("+=,.@-", r)
}

// isWordRune is \w without Unicode, as AWS's patterns mean it.
func isWordRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || isDigit(r) || r == '_'
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isDigits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !isDigit(r) }) < 0
}

func isAccount(s string) bool { return len(s) == 12 && isDigits(s) }

// Limits on how much of somebody's input an error repeats.
const (
	wholeLimit = 100
	partLimit  = 30
)

// quote makes foreign text safe to print: ASCII, escaped and bounded.
func quote(s string, limit int) string {
	if len(s) > limit {
		return strconv.QuoteToASCII(s[:limit]) + "..."
	}
	return strconv.QuoteToASCII(s)
}
