package iam

import (
	"encoding/base64"
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"time"
)

// relation tells whether an order (-1, 0, 1 as of a Compare method) is the one that is wanted.
type relation func(order int) bool

func equal(order int) bool          { return order == 0 }
func less(order int) bool           { return order < 0 }
func lessOrEqual(order int) bool    { return order <= 0 }
func greater(order int) bool        { return order > 0 }
func greaterOrEqual(order int) bool { return order >= 0 }

// stringEquals is "exact matching, case sensitive": * and ? are characters like others.
func stringEquals(t template) (test, error) {
	return func(got string, c Context) truth {
		value, r := t.fill(c)
		return settle(r, func() truth { return truthOf(value == got) })
	}, nil
}

// stringEqualsIgnoreCase folds ASCII. How AWS folds other letters is not documented, so where only Unicode's
// folding makes two values equal (the Kelvin sign and k) there is no answer.
func stringEqualsIgnoreCase(t template) (test, error) {
	return func(got string, c Context) truth {
		value, r := t.fill(c)
		return settle(r, func() truth {
			switch {
			case lowerASCII(value) == lowerASCII(got):
				return yes
			case strings.EqualFold(value, got):
				return unsure
			}
			return no
		})
	}, nil
}

// stringLike lets * and ? stand for any characters, also / and :.
func stringLike(t template) (test, error) {
	return func(got string, c Context) truth {
		units, r := t.expand(c)
		return settle(r, func() truth { return truthOf(match(units, got)) })
	}, nil
}

// arnLike serves ArnEquals and ArnLike, which "behave identically".
func arnLike(t template) (test, error) {
	a, err := newARNPattern(t)
	return a.match, err
}

// numeric compares decimals exactly, which floating point would not.
func numeric(wanted relation) compiler {
	return func(t template) (test, error) {
		want, err := parseNumber(t.text)
		return func(got string, _ Context) truth {
			n, err := parseNumber(got)
			if err != nil {
				return unsure
			}
			return truthOf(wanted(n.Cmp(want)))
		}, err
	}
}

// parseNumber reads "an integer or decimal value". An exponent is not documented, and a large one would fill the
// memory.
func parseNumber(s string) (*big.Rat, error) {
	digits := strings.TrimLeft(s, "+-")
	if len(s) > 40 || len(s)-len(digits) > 1 || digits == "" || strings.Trim(digits, "0123456789.") != "" {
		return nil, fmt.Errorf("want a number such as 3600 or 0.5, got %q", s)
	}
	n, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil, fmt.Errorf("want a number such as 3600 or 0.5, got %q", s)
	}
	return n, nil
}

// date compares points in time, whatever their zone and notation.
func date(wanted relation) compiler {
	return func(t template) (test, error) {
		want, err := parseDate(t.text)
		return func(got string, _ Context) truth {
			sent, err := parseDate(got)
			if err != nil {
				return unsure
			}
			return truthOf(wanted(sent.Compare(want)))
		}, err
	}
}

// parseDate reads "one of the W3C implementations of the ISO 8601 date formats or [...] epoch (UNIX) time", IAM
// user guide. Four digits alone could be a year or seconds and are refused.
func parseDate(s string) (time.Time, error) {
	if len(s) > 4 && len(s) <= 12 && strings.Trim(s, "0123456789") == "" {
		var seconds int64
		for _, digit := range s {
			seconds = seconds*10 + int64(digit-'0')
		}
		return time.Unix(seconds, 0), nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("want a date such as 2026-01-31T12:00:00Z or seconds since 1970, got %q", s)
}

// boolean takes the two words in lower case only; how AWS takes "True" is not documented.
func boolean(t template) (test, error) {
	var err error
	if t.text != "true" && t.text != "false" {
		err = fmt.Errorf("want true or false, got %q", t.text)
	}
	return func(got string, _ Context) truth {
		if got != "true" && got != "false" {
			return unsure
		}
		return truthOf(got == t.text)
	}, err
}

// binaryEquals "compares the value of the specified key byte for byte against a base-64 encoded representation of
// the binary value in the policy", IAM user guide.
func binaryEquals(t template) (test, error) {
	want, err := base64.StdEncoding.Strict().DecodeString(t.text)
	if err != nil {
		err = fmt.Errorf("want base64, got %q", t.text)
	}
	return func(got string, _ Context) truth { return truthOf(got == string(want)) }, err
}

// ipAddress takes an IPv4 address that was mapped into IPv6 for the IPv4 address that it is.
func ipAddress(t template) (test, error) {
	want, err := parsePrefix(t.text)
	return func(got string, _ Context) truth {
		address, err := netip.ParseAddr(got)
		if err != nil || address.Zone() != "" {
			return unsure
		}
		return truthOf(want.Contains(address.Unmap()))
	}, err
}

// parsePrefix reads a range "in the standard CIDR format", or one address. A range may have host bits, which do
// not count.
func parsePrefix(s string) (netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(s)
	if address, e := netip.ParseAddr(s); e == nil && address.Zone() == "" {
		prefix, err = netip.PrefixFrom(address, address.BitLen()), nil
	}
	if err != nil || prefix.Addr().Is4In6() {
		return netip.Prefix{}, fmt.Errorf("want an address or a range such as 203.0.113.0/24 or 2001:db8::/32, got %q", s)
	}
	return prefix, nil
}

// lowerASCII leaves other letters alone.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
