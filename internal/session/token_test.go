package session

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

func TestTokenCheck(t *testing.T) {
	const user, root = "arn:aws:iam::123456789012:user/alice", "arn:aws:iam::123456789012:root"
	device := func(code string) Token {
		return Token{SerialNumber: "arn:aws:iam::123456789012:mfa/alice", TokenCode: code}
	}
	for name, test := range map[string]struct {
		token     Token
		caller    string
		temporary bool
		rule, use string
	}{
		"plain":                 {Token{}, user, false, "", ""},
		"with a device":         {device(""), user, false, "", ""},
		"with a code":           {device("012345"), user, false, "", ""},
		"36h":                   {Token{Duration: 36 * time.Hour}, user, false, "", ""},
		"36h 1s":                {Token{Duration: 36*time.Hour + time.Second}, user, false, RuleDuration, "36h"},
		"15m":                   {Token{Duration: 15 * time.Minute}, user, false, "", ""},
		"899s":                  {Token{Duration: 899 * time.Second}, user, false, RuleDuration, "15m"},
		"root, 1h":              {Token{Duration: time.Hour}, root, false, "", ""},
		"root, 2h":              {Token{Duration: 2 * time.Hour}, root, false, RuleDuration, "1h"},
		"temporary credentials": {device("012345"), user, true, RuleLongTerm, ""},
		"a role":                {device("012345"), "arn:aws:sts::123456789012:assumed-role/R/alice", false, RuleMFA, ""},
		"five digits":           {device("01234"), user, false, RuleTokenCode, ""},
		"a code alone":          {Token{TokenCode: "012345"}, user, false, RuleMFA, ""},
		"a short serial":        {Token{SerialNumber: "12345678"}, user, false, RuleSerialNumber, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.token.Check(Base{Caller: mustCaller(t, test.caller), Temporary: test.temporary})
			refusal, ok := errors.AsType[*Refusal](err)
			if ok != (test.rule != "") || ok && (refusal.Rule != test.rule || refusal.Use != test.use) {
				t.Errorf("got %v, want %q %q", err, test.rule, test.use)
			}
			if err != nil && test.token.TokenCode != "" && strings.Contains(err.Error(), test.token.TokenCode) {
				t.Errorf("shows the code: %v", err)
			}
		})
	}
}

// tokener answers GetSessionToken.
type tokener struct {
	out   *sts.GetSessionTokenOutput
	asked *sts.GetSessionTokenInput
}

func (f *tokener) GetSessionToken(_ context.Context, in *sts.GetSessionTokenInput, _ ...func(*sts.Options)) (*sts.GetSessionTokenOutput, error) {
	f.asked = in
	return f.out, nil
}

func TestTokenGet(t *testing.T) {
	good := types.Credentials{AccessKeyId: aws.String("ASIAIOSFODNN7EXAMPLE"), SecretAccessKey: aws.String("secret"), SessionToken: aws.String("token"), Expiration: aws.Time(time.Now().Add(time.Hour))}
	f := &tokener{out: &sts.GetSessionTokenOutput{Credentials: &good}}
	s, err := Token{Duration: time.Hour, SerialNumber: "123456789", TokenCode: "012345"}.Get(t.Context(), f, "123456789012")
	if err != nil || s.Credentials.AccessKeyID != "ASIAIOSFODNN7EXAMPLE" || s.Credentials.AccountID != "123456789012" {
		t.Fatalf("%+v %v", s, err)
	}
	if aws.ToInt32(f.asked.DurationSeconds) != 3600 || aws.ToString(f.asked.SerialNumber) != "123456789" || aws.ToString(f.asked.TokenCode) != "012345" {
		t.Errorf("asked %+v", f.asked)
	}
	if _, err := (Token{}).Get(t.Context(), f, "123456789012"); err != nil || f.asked.DurationSeconds != nil || f.asked.SerialNumber != nil || f.asked.TokenCode != nil {
		t.Errorf("asked for what was not planned: %+v %v", f.asked, err)
	}
	for name, change := range map[string]func(*types.Credentials){
		"no secret":           func(c *types.Credentials) { c.SecretAccessKey = nil },
		"no expiration":       func(c *types.Credentials) { c.Expiration = nil },
		"a line end in a key": func(c *types.Credentials) { c.SecretAccessKey = aws.String("a\nb") },
	} {
		bad := good
		change(&bad)
		_, err := Token{}.Get(t.Context(), &tokener{out: &sts.GetSessionTokenOutput{Credentials: &bad}}, "123456789012")
		if e, ok := errors.AsType[*Error](err); !ok || e.Problem != ProblemAnswer || e.Operation != "GetSessionToken" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (Token{}).Get(t.Context(), &tokener{out: &sts.GetSessionTokenOutput{}}, ""); err == nil {
		t.Error("an empty answer passes")
	}
}
