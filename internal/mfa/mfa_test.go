package mfa

import (
	"errors"
	"strings"
	"testing"

	"karikagi/internal/session"
)

const (
	virtual = "arn:aws:iam::123456789012:mfa/testuser"
	passkey = "arn:aws:iam::123456789012:u2f/user/alice/default-K5DZQ2MYLEBNHIOMQ7ZC5EXAMP"
	fob     = "GAHT12345678"
)

func TestNamed(t *testing.T) {
	for serial, want := range map[string]Kind{
		virtual: Virtual,
		"arn:aws-us-gov:iam::123456789012:mfa/team/blue/alice":  Virtual,
		"arn:aws:iam::123456789012:mfa/root-account-mfa-device": Virtual,
		fob:             Hardware,
		"mfa/123456789": Hardware,
		passkey:         FIDO,
		"arn:aws:iam::123456789012:u2f/root-account/default-ABCD": FIDO,
		"arn:aws:iam::123456789012:user/alice":                    "",
		"arn:aws:iam::123456789012:role/mfa/alice":                "",
		"arn:aws:iam::123456789012:sms-mfa/alice":                 "",
		"arn:aws:sts::123456789012:mfa/alice":                     "",
		"arn:aws:iam:us-east-1:123456789012:mfa/alice":            "",
		"arn:aws:iam":   "",
		"arn:mfa/alice": "",
	} {
		if got := kindOf(serial); got != want {
			t.Errorf("%s: kind %q, want %q", serial, got, want)
		}
		d, err := Named(serial)
		if gives := want == Virtual || want == Hardware; gives != (err == nil) || gives && (d != Device{serial, want}) {
			t.Errorf("%s: %+v %v", serial, d, err)
		}
		if refusal, ok := errors.AsType[*session.Refusal](err); (want == "") != ok || ok && refusal.Rule != session.RuleSerialNumber {
			t.Errorf("%s: %v", serial, err)
		}
	}
	if _, err := Named("short"); err == nil || !strings.Contains(err.Error(), "of 5 characters") {
		t.Errorf("short: %v", err)
	}
}

func TestChoose(t *testing.T) {
	one, two, key := Device{virtual, Virtual}, Device{fob, Hardware}, Device{passkey, FIDO}
	for _, test := range []struct {
		devices  []Device
		want     Device
		err      string
		onlyFIDO bool
	}{
		{[]Device{one}, one, "", false},
		{[]Device{two}, two, "", false},
		{[]Device{key, one}, one, "", false},
		{nil, Device{}, "MFA device: there is none: want one registered, or --serial-number", false},
		{[]Device{key}, Device{}, "MFA device " + passkey + " gives no codes: a passkey or security key works in the browser only: " +
			"sign in to the console and use CloudShell, or `aws login`", true},
		{[]Device{key, key}, Device{}, "MFA device " + passkey + ", " + passkey + " gives no codes: a passkey or security key works in the browser only: " +
			"sign in to the console and use CloudShell, or `aws login`", true},
		{[]Device{one, key, two}, Device{}, "MFA devices " + virtual + ", " + fob + ": want --serial-number with one of them", false},
	} {
		got, err := Choose(test.devices)
		if got != test.want || (err == nil) != (test.err == "") || err != nil && err.Error() != test.err {
			t.Errorf("%v: got %v %v, want %v %s", test.devices, got, err, test.want, test.err)
		}
		if choice, ok := errors.AsType[*ChoiceError](err); ok != (err != nil) || ok && choice.OnlyFIDO() != test.onlyFIDO {
			t.Errorf("%v: only FIDO %v", test.devices, err)
		}
	}
}
