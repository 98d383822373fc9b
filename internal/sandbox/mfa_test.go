package sandbox

import (
	"encoding/base32"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

const (
	device     = "arn:aws:iam::123456789012:mfa/testuser"
	wrongCode  = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
	wrongMFA   = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user. "
	halfOfMFA  = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code. "
	publicSeed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" // in account.yaml
)

func mfa(serial, code string) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) {
		if serial != "" {
			in.SerialNumber = &serial
		}
		if code != "" {
			in.TokenCode = &code
		}
	}
}

// TestCodes is the table of RFC 6238, appendix B, of which virtual devices show the last six digits.
func TestCodes(t *testing.T) {
	d := &mfaDevice{seed: []byte("12345678901234567890")}
	for unix, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := d.code(mfaStepOf(time.Unix(unix, 0))); got != want {
			t.Errorf("at %d: %s, want %s", unix, got, want)
		}
	}
}

func TestMFA(t *testing.T) {
	w := newWorld(t, Options{})
	seed, err := base32.StdEncoding.DecodeString(publicSeed)
	if err != nil {
		t.Fatal(err)
	}
	code := (&mfaDevice{seed: seed}).code(mfaStepOf(time.Now()))
	if shown, err := w.TokenCode("testuser"); err != nil || shown != code && time.Now().Unix()%30 > 1 {
		t.Errorf("the device shows %s %v, want %s", shown, err, code)
	}
	c := w.as("testuser")
	wrong := func(message string, change func(*sts.AssumeRoleInput)) {
		t.Helper()
		_, err := c.AssumeRole(t.Context(), assume("needs-mfa", change))
		wantError(t, err, 403, "AccessDenied", message)
	}
	wrong(wrongMFA, mfa(device+"x", code))
	wrong(wrongMFA, mfa("arn:aws:iam::123456789012:mfa/alice", code))
	wrong(halfOfMFA, mfa(device, ""))
	wrong(halfOfMFA, mfa("", code))
	wrong(wrongCode, mfa(device, strings.Map(func(r rune) rune { return '0' + (r-'0'+1)%10 }, code)))
	role := w.mustAssume(c, assume("needs-mfa", mfa(device, code)))
	if arnOf(t, w.with(role.Credentials)) != sessionOf("needs-mfa") {
		t.Error("not a session of needs-mfa")
	}
	wrong(wrongCode, mfa(device, code)) // once only

	// A role has no device of its own.
	_, err = w.with(role.Credentials).AssumeRole(t.Context(), assume("needs-mfa", mfa(device, code)))
	wantError(t, err, 403, "AccessDenied", wrongMFA)
	_, err = w.as("alice").AssumeRole(t.Context(), assume("toy-role", mfa(device, code)))
	wantError(t, err, 403, "AccessDenied", wrongMFA)

	for user, want := range map[string]string{"alice": `sandbox user "alice": has no MFA device`, "nobody": "sandbox user \"nobody\": want one of"} {
		if _, err := w.TokenCode(user); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", user, err)
		}
	}
}

// TestCodeWindow: one step to each side, each code once.
func TestCodeWindow(t *testing.T) {
	d := &mfaDevice{seed: []byte("12345678901234567890")}
	now := time.Unix(1_700_000_010, 0)
	step := mfaStepOf(now)
	var used usedCodes
	for _, test := range []struct {
		step int64
		want bool
	}{{step - 2, false}, {step + 2, false}, {step - 1, true}, {step + 1, true}, {step, true}, {step, false}, {step - 1, false}, {step + 1, false}} {
		if got := used.use(d, d.code(test.step), now); got != test.want {
			t.Errorf("step %+d: %t", test.step-step, got)
		}
	}
	later := now.Add(mfaStep)
	if used.use(d, d.code(step+1), later) {
		t.Error("a code was good twice, one step later")
	}
	if other := (&mfaDevice{seed: []byte("another device's seed")}); !used.use(other, other.code(step), now) {
		t.Error("codes of one device used up those of another")
	}
	if !used.use(d, d.code(step+2), later) || len(used.steps[d]) > 3 {
		t.Errorf("remembers %v", used.steps[d])
	}
}

// TestMFAOfSessions: a session token carries MFA on, a role does not.
func TestMFAOfSessions(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.as("testuser")
	without, err := c.GetSessionToken(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	code, err := w.TokenCode("testuser")
	if err != nil {
		t.Fatal(err)
	}
	with, err := c.GetSessionToken(t.Context(), &sts.GetSessionTokenInput{SerialNumber: aws.String(device), TokenCode: &code})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.GetSessionToken(t.Context(), &sts.GetSessionTokenInput{SerialNumber: aws.String(device), TokenCode: &code})
	wantError(t, err, 403, "AccessDenied", wrongCode)
	_, err = w.with(without.Credentials).AssumeRole(t.Context(), assume("needs-mfa"))
	wantError(t, err, 403, "AccessDenied", notAuthorized("arn:aws:iam::123456789012:user/testuser", "sts:AssumeRole", "needs-mfa")+noTrust("sts:AssumeRole"))
	w.mustAssume(w.with(with.Credentials), assume("needs-mfa"))
}
