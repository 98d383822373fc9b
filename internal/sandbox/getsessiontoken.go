package sandbox

import "time"

// maxRootSession is the longest session of a root user. STS does not refuse more, it gives one hour: STS API reference,
// GetSessionToken, DurationSeconds.
const maxRootSession = time.Hour

// getSessionToken needs no permission, and no policy can refuse it: IAM guide, "Controlling access to temporary credentials".
func (c *call) getSessionToken() (any, *fault) {
	var wrong violations
	serialNumber, tokenCode := wrong.checkMFA(c.form)
	duration, f := wrong.seconds(c.form, 129600, 43200)
	if f != nil {
		return nil, f
	}
	if f := wrong.fault(); f != nil {
		return nil, f
	}
	if f := unsupported(c.form, "MinimumSessionTokenSize"); f != nil {
		return nil, f
	}
	if c.caller.session != nil {
		return nil, denied("Cannot call GetSessionToken with session credentials")
	}
	mfa, f := c.proveMFA(serialNumber, tokenCode)
	if f != nil {
		return nil, f
	}
	if c.caller.root() {
		duration = min(duration, maxRootSession)
	}
	return getSessionTokenResponse{
		Credentials: c.issue(&session{user: c.caller.user, mfa: mfa}, duration), Meta: c.meta(),
	}, nil
}
