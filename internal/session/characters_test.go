package session

import (
	"strings"
	"testing"
)

// Each check takes the characters that its rule lists, and no other: every one
// of them is tried, up to the first beyond Latin-1.
func TestEveryCharacter(t *testing.T) {
	const (
		digits = "0123456789"
		word   = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" + digits
		latin  = "ªµºÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ" // \p{L}
		tag    = word + latin + "²³¹¼½¾ \u00a0_.:/=+-@Ā"                             // with \p{N} and \p{Z}
	)
	for name, test := range map[string]struct {
		takes func(string) bool
		want  string
	}{
		"external ID":     {func(c string) bool { return CheckExternalID("a"+c+"b") == nil }, word + "_+=,.@:/-"},
		"serial number":   {func(c string) bool { return CheckSerialNumber("GAHT1234"+c+"5") == nil }, word + "_+=/:,.@-"},
		"token code":      {func(c string) bool { return CheckTokenCode("123"+c+"56") == nil }, digits},
		"source identity": {func(c string) bool { return CheckSourceIdentity("a"+c+"b") == nil }, word + "_+=,.@-"},
		"tag key":         {func(c string) bool { return CheckTags([]Tag{{"a" + c + "b", ""}}) == nil }, tag},
		"tag value":       {func(c string) bool { return CheckTags([]Tag{{"a", c}}) == nil }, tag},
	} {
		for c := rune(0); c <= 'Ā'; c++ {
			if got, want := test.takes(string(c)), strings.ContainsRune(test.want, c); got != want {
				t.Errorf("%s with %q: taken %t, want %t", name, c, got, want)
			}
		}
	}
}
