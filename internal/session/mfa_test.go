package session

import (
	"errors"
	"strings"
	"testing"
)

func TestCheckSerialNumber(t *testing.T) {
	for serial, want := range map[string]string{
		"GAHT12345":                              "",
		"arn:aws:iam::123456789012:mfa/testuser": "",
		"arn:aws:iam::123456789012:u2f/user/alice/default-ABCDEFGHIJKLMNOPQRSTUVWX": "",
		strings.Repeat("a", 256): "",
		"":                       `serial number "" of 0 characters: want 9 to 256 of letters, digits and _+=/:,.@-`,
		"GAHT1234":               `serial number "GAHT1234" of 8 characters: want 9 to 256`,
		strings.Repeat("a", 257): "of 257 characters",
		"arn:aws:iam::123456789012:mfa/test user":    `with character ' '`,
		"arn:aws:iam::123456789012:mfa/t\x1b[31mest": `with character '\x1b'`,
		"arn:aws:iam::123456789012:mfa/テスト":          `with character 'テ'`,
		"GAHT12345\n":    `with character '\n'`,
		"GAHT12345\xff":  `with character '�'`,
		"GAHT12345#&?%;": `with character '#'`,
	} {
		wantRefusal(t, CheckSerialNumber(serial), RuleSerialNumber, want, "")
	}
}

func TestCheckTokenCode(t *testing.T) {
	for code, want := range map[string]string{
		"123456":             "",
		"000000":             "",
		"":                   "token code of 0 characters: want the six digits that the MFA device shows",
		"12345":              "token code of 5 characters",
		"1234567":            "token code of 7 characters",
		"12345a":             "something else than digits",
		"12 456":             "something else than digits",
		"-12345":             "something else than digits",
		"１２３４５６":             "something else than digits", // full-width digits
		"123\xff56":          "something else than digits",
		"correct horse batt": "token code of 18 characters",
	} {
		wantRefusal(t, CheckTokenCode(code), RuleTokenCode, want, code)
	}
}

// wantRefusal checks the rule and the words of a refusal, which must not
// contain a secret; "" wants none.
func wantRefusal(t *testing.T, err error, rule, want, secret string) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("refused: %v", err)
		}
		return
	}
	refusal, ok := errors.AsType[*Refusal](err)
	if !ok || refusal.Rule != rule || !strings.Contains(refusal.Problem, want) {
		t.Errorf("got %v, want rule %q and %q", err, rule, want)
	}
	if ok && len(secret) > 1 && strings.Contains(refusal.Problem, secret) {
		t.Errorf("the refusal shows the code: %v", err)
	}
}
