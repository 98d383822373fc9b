package iam

import (
	"fmt"
	"strings"
)

// resource is a pattern of the Resource or NotResource element: IAM user guide, "IAM JSON policy elements:
// Resource".
type resource struct {
	arnPattern
	all bool // "*"
}

// parseResources reads a Resource or NotResource element.
func parseResources(n *node, element string, variables bool) ([]resource, error) {
	nodes, err := n.oneOrMore(element, stringNode)
	if err != nil {
		return nil, err
	}
	var resources []resource
	for _, v := range nodes {
		r, err := newResource(v.text, variables)
		if err != nil {
			return nil, v.fault("%s %q: %v", element, v.text, err)
		}
		resources = append(resources, r)
	}
	return resources, nil
}

// newResource reads * or a pattern of an ARN. A pattern of fewer than six parts is an error to AWS's own
// validation, "Missing ARN field", although IAM may fill it up with wildcards.
func newResource(text string, variables bool) (resource, error) {
	if text == "*" {
		return resource{arnPattern: arnPattern{template: plain(text)}, all: true}, nil
	}
	t, err := newTemplate(text, variables)
	if err != nil {
		return resource{}, err
	}
	a, err := newARNPattern(t)
	if err != nil || len(a.parts) == 0 {
		return resource{}, fmt.Errorf(`want * or an ARN of six parts, arn:partition:service:region:account:resource`)
	}
	return resource{arnPattern: a}, checkResource(a)
}

// checkResource refuses what AWS's own validation does: a service with wildcards or capitals, an account that is
// none, variables before the fifth colon, where only the resource may have them.
func checkResource(a arnPattern) error {
	for _, part := range a.parts[:5] {
		for _, p := range part.pieces {
			if p.key != "" || p.special {
				return fmt.Errorf("want variables only behind the fifth colon")
			}
		}
	}
	partition, service, region, account := a.parts[1].text, a.parts[2].text, a.parts[3].text, a.parts[4].text
	switch {
	case !isWord(partition, "-*?") || lowerASCII(partition) != partition:
		return fmt.Errorf("partition %q: want one such as aws or aws-cn", partition)
	case !isWord(service, "-") || lowerASCII(service) != service:
		return fmt.Errorf("service %q: want a service such as iam, without wildcards", service)
	case region != "" && !isWord(region, "-*?"):
		return fmt.Errorf("region %q: want one such as us-east-1, or none", region)
	case !isAccountPattern(account):
		return fmt.Errorf("account %q: want 12 digits", account)
	case len(a.parts[5].pieces) == 0:
		return fmt.Errorf("want a resource behind the fifth colon")
	}
	return nil
}

// isAccountPattern wants an account ID, a pattern of one, or nothing; aws owns the managed policies.
func isAccountPattern(s string) bool {
	return s == "" || s == "aws" || isAccount(s) || strings.ContainsAny(s, "*?") && strings.Trim(s, "0123456789*?") == ""
}

// isAccount wants an account ID: "Account IDs are 12-digit integers".
func isAccount(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// matches compares part by part. AWS adds that a * at the end of a part "can expand to match beyond the colon
// boundaries", without saying when it does: where only such an expansion would match, there is no answer.
func (r resource) matches(arn string, c Context) truth {
	if r.all {
		return yes
	}
	if _, ok := splitARN(arn); !ok {
		return no // a request about no resource in particular is only covered by *
	}
	t := r.match(arn, c)
	if t == no {
		if units, state := r.expand(c); state == resolved && match(units, arn) {
			return unsure
		}
	}
	return t
}

// excludes is matches for NotResource. A variable without a value lets a NotResource exclude nothing, or voids the
// statement: the page on variables can be read either way.
func (r resource) excludes(arn string, c Context) truth {
	if _, state := r.expand(c); state != resolved {
		return unsure
	}
	return r.matches(arn, c)
}
