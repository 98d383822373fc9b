package sandbox

import (
	"net/http"
	"strings"

	"karikagi/internal/iam"
)

// deviceEnabled is when every device was enabled. Nothing depends on it.
const deviceEnabled = "2026-01-01T00:00:00Z"

// listMFADevices lists the devices of the named user, or of whoever asks: IAM API reference, ListMFADevices.
func (c *call) listMFADevices() (any, *fault) {
	if s := c.caller.session; s != nil && s.user != nil && !s.console && s.mfa.IsZero() {
		// STS API reference, GetSessionToken: no IAM operation "unless MFA authentication information is included".
		return nil, &fault{status: http.StatusForbidden, code: "InvalidClientTokenId", message: "The security token included in the request is invalid"}
	}
	var wrong violations
	name := wrong.check(c.form, constraint{parameter: "UserName", min: 1, max: 128, pattern: `[\w+=,.@-]+`, allowed: isNameRune})
	marker := wrong.check(c.form, constraint{parameter: "Marker", min: 1, max: 320, pattern: `[\u0020-\u00FF]+`, allowed: isMarkerRune})
	most, f := wrong.integer(c.form, "MaxItems", 1, 1000, 100)
	if f != nil {
		return nil, f
	}
	if f := wrong.fault(); f != nil {
		return nil, f
	}
	of, f := c.userToList(name)
	if f != nil {
		return nil, f
	}
	result, f := of.devicesFrom(marker, most)
	return listMFADevicesResponse{Result: result, Meta: c.meta()}, f
}

// userToList finds the user in the caller's own account. Whether he exists is told to those only who may list his devices.
func (c *call) userToList(name string) (*user, *fault) {
	of := c.caller.user
	switch {
	case name != "":
		of = c.caller.account().user(name)
	case of == nil:
		return nil, invalid("Must specify userName when calling with non-User credentials", "")
	default:
		name = of.name
	}
	if f := c.mayList(of, name); f != nil {
		return nil, f
	}
	if of == nil {
		return nil, &fault{status: http.StatusNotFound, code: "NoSuchEntity", message: "The user with name " + name + " cannot be found.", reason: "no such user"}
	}
	return of, nil
}

// user finds a user by name; nil where there is none.
func (a *awsAccount) user(name string) *user {
	for _, u := range a.users {
		if u.name == name {
			return u
		}
	}
	return nil
}

// mayList asks the caller's policies. In its message IAM calls the resource "user NAME": observed.
func (c *call) mayList(of *user, name string) *fault {
	account := c.caller.account()
	arn := "arn:" + account.partition + ":iam::" + account.id + ":user/" + name
	context := c.context(assumption{}, nil)
	set(context, "aws:resourceaccount", account.id)
	set(context, "aws:resourceorgid", account.org)
	if of != nil {
		arn = of.arn
		for _, t := range of.tags {
			set(context, "aws:resourcetag/"+strings.ToLower(t.key), t.value)
			set(context, "iam:resourcetag/"+strings.ToLower(t.key), t.value)
		}
	}
	policies := iam.Policies{Identity: c.caller.policies()}
	if c.caller.session != nil {
		policies.Session = c.caller.session.policies
	}
	verdict := iam.Authorize(iam.Request{
		Principal: c.caller.iam(), Action: "iam:ListMFADevices", Resource: arn, Context: context,
	}, policies, true)
	if verdict.Allowed {
		return nil
	}
	f := denied(strings.TrimSpace("User: " + c.caller.arn() + " is not authorized to perform: iam:ListMFADevices on resource: user " + name + " " + verdict.Suffix()))
	f.reason = explain(verdict)
	return f
}

// devicesFrom lists at most so many devices. A marker is the serial number of the last one before.
func (u *user) devicesFrom(marker string, most int) (listMFADevicesResult, *fault) {
	var serials []string
	if u.mfa != nil {
		serials = append(serials, u.mfa.serialNumber)
	}
	if u.fido != "" {
		serials = append(serials, u.fido)
	}
	found := marker == ""
	var result listMFADevicesResult
	for _, serial := range serials {
		switch {
		case !found:
			found = serial == marker
		case len(result.Devices.Members) == most:
			result.IsTruncated, result.Marker = true, result.Devices.Members[most-1].SerialNumber
			return result, nil
		default:
			result.Devices.Members = append(result.Devices.Members, listedDevice{UserName: u.name, SerialNumber: serial, EnableDate: deviceEnabled})
		}
	}
	if !found {
		return result, invalid("Invalid Marker.", "")
	}
	return result, nil
}

func isMarkerRune(r rune) bool { return ' ' <= r && r <= 0xff }
