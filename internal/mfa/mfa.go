// Package mfa finds a caller's MFA device: it asks IAM for the devices of his
// own user, tells those that give codes from those that do not, and chooses.
// It must not know flags, files, environment variables or the terminal, it
// never sees a code, and it reads what it is answered as hostile input.
package mfa

import (
	"fmt"
	"slices"
	"strings"

	"karikagi/internal/session"
)

// Kind is what a device can do, as far as its serial number tells.
type Kind string

// The kinds of devices. The first two give six-digit codes (TOTP), which is all
// that STS takes; the third proves itself to a browser only.
const (
	Virtual  Kind = "virtual"  // arn:aws:iam::123456789012:mfa/NAME
	Hardware Kind = "hardware" // the number on its back, such as GAHT12345678
	FIDO     Kind = "FIDO"     // arn:aws:iam::123456789012:u2f/user/NAME/..., a passkey or security key
)

// Device is an MFA device of a user.
type Device struct {
	SerialNumber string // a valid one, which is fit for a terminal too
	Kind         Kind
}

// GivesCodes tells that the device shows codes which STS takes.
func (d Device) GivesCodes() bool { return d.Kind == Virtual || d.Kind == Hardware }

// Named is the device of a serial number that somebody wrote down. What is no
// device's, or of one that gives no codes, is refused here, because STS would
// first have the user type a code for it. The error is a *session.Refusal or a
// *ChoiceError.
func Named(serialNumber string) (Device, error) {
	if err := session.CheckSerialNumber(serialNumber); err != nil {
		return Device{}, err
	}
	kind := kindOf(serialNumber)
	if kind == "" {
		return Device{}, &session.Refusal{Rule: session.RuleSerialNumber, Problem: fmt.Sprintf(
			"serial number %.300q: not an MFA device: want an ARN such as arn:aws:iam::123456789012:mfa/NAME, or the number of a hardware device", serialNumber)}
	}
	return Choose([]Device{{SerialNumber: serialNumber, Kind: kind}})
}

// kindOf reads the kind from a serial number: the service authorization
// reference of IAM knows the resources mfa/ and u2f/, and of an ARN of anything
// else (people write down their user's) nothing is known, "". Hardware devices
// have no ARN.
func kindOf(serialNumber string) Kind {
	if !strings.HasPrefix(serialNumber, "arn:") {
		return Hardware
	}
	parts := strings.SplitN(serialNumber, ":", 6)
	switch {
	case len(parts) < 6 || parts[2] != "iam" || parts[3] != "":
	case strings.HasPrefix(parts[5], "mfa/"):
		return Virtual
	case strings.HasPrefix(parts[5], "u2f/"):
		return FIDO
	}
	return ""
}

// ChoiceError is why no device could be chosen.
type ChoiceError struct {
	Devices []Device // those there are: none, only FIDO ones, or several that give codes
}

func (e *ChoiceError) Error() string {
	names := make([]string, len(e.Devices))
	for i, d := range e.Devices {
		names[i] = d.SerialNumber
	}
	list := strings.Join(names, ", ")
	switch {
	case len(e.Devices) == 0:
		return "MFA device: there is none: want one registered, or --serial-number"
	case e.OnlyFIDO():
		return "MFA device " + list + " gives no codes: a passkey or security key works in the browser only: " +
			"sign in to the console and use CloudShell, or `aws login`"
	}
	return "MFA devices " + list + ": want --serial-number with one of them"
}

// OnlyFIDO tells that the user has devices and none of them gives codes.
func (e *ChoiceError) OnlyFIDO() bool {
	return len(e.Devices) > 0 && !slices.ContainsFunc(e.Devices, Device.GivesCodes)
}

// Choose gives the one device that gives codes. The error is a *ChoiceError.
func Choose(devices []Device) (Device, error) {
	var able []Device
	for _, d := range devices {
		if d.GivesCodes() {
			able = append(able, d)
		}
	}
	switch len(able) {
	case 1:
		return able[0], nil
	case 0:
		return Device{}, &ChoiceError{Devices: devices}
	}
	return Device{}, &ChoiceError{Devices: able}
}
