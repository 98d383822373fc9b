// Package signin turns a session into a URL that opens the AWS Management
// Console signed in with it: it asks the sign-in service of the session's
// partition for a sign-in token and writes the URL ("Enable custom identity
// broker access to the AWS console", IAM user guide). It knows sessions and
// partitions, and neither flags nor where a session came from.
//
// The token and the URL are secrets: whoever has the URL is signed in, without
// a password, for the fifteen minutes that it is good for.
package signin

import (
	"fmt"
	"strings"

	"karikagi/internal/caller"
)

// place is where people of a partition sign in, and the console they then see.
type place struct {
	partition string
	signin    string // host
	console   string // host; each Region's own is a label in front of it
	// posted tells that the federation endpoint takes the session in a form, where
	// no proxy notes it down: AWS's own toolkit for JetBrains sends it so, and its
	// source says that GovCloud does not take it. The guide's example is a GET.
	posted bool
}

// places are the partitions whose console is on the internet. Hosts: "AWS
// Sign-In endpoints", AWS General Reference, with the pages of the same name for
// China, GovCloud and the European Sovereign Cloud, where each Region has its own.
func places() [4]place {
	return [...]place{
		{"aws", "signin.aws.amazon.com", "console.aws.amazon.com", true},
		{"aws-cn", "signin.amazonaws.cn", "console.amazonaws.cn", true},
		{"aws-us-gov", "signin.amazonaws-us-gov.com", "console.amazonaws-us-gov.com", false},
		{"aws-eusc", "eusc-de-east-1.signin.amazonaws-eusc.eu", "console.amazonaws-eusc.eu", false},
	}
}

func placeOf(partition string) (place, error) {
	var known []string
	for _, p := range places() {
		if p.partition == partition {
			return p, nil
		}
		known = append(known, p.partition)
	}
	return place{}, fmt.Errorf("partition %q: its console is not known: want one of %s", partition, strings.Join(known, ", "))
}

// host is the console's in a Region. A Region of another partition, or of none
// that is known, names no host: then it is the partition's own.
func (p place) host(region string) string {
	if !p.has(region) {
		return p.console
	}
	return region + "." + p.console
}

func (p place) has(region string) bool { return caller.PartitionOfRegion(region) == p.partition }

// isConsole tells that a host is the console's, a Region's or an account's.
func (p place) isConsole(host string) bool {
	host = strings.ToLower(host)
	return host == p.console || strings.HasSuffix(host, "."+p.console)
}
