package sandbox

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what RFC 6238 and AWS's virtual MFA devices use
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"time"
)

// mfaStep is how long an MFA code is shown: RFC 6238.
const mfaStep = 30 * time.Second

// mfaDevice is a virtual MFA device of a user. Its seed is in the account file and no secret.
type mfaDevice struct {
	serialNumber string
	seed         []byte
}

// code is what the device shows during a step: RFC 6238 with SHA-1 and six digits, as virtual MFA devices have it.
func (d *mfaDevice) code(step int64) string {
	h := hmac.New(sha1.New, d.seed)
	_ = binary.Write(h, binary.BigEndian, step) // a hash takes everything
	sum := h.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:])&0x7fffffff%1000000)
}

// mfaStepOf is the number of a moment's step since 1970.
func mfaStepOf(t time.Time) int64 { return t.Unix() / int64(mfaStep/time.Second) }

// TokenCode is what a user's MFA device shows now, for whoever has no such device at hand.
func (s *Server) TokenCode(user string) (string, error) {
	u, err := s.account.user(user)
	if err != nil {
		return "", err
	}
	if u.mfa == nil {
		return "", fmt.Errorf("sandbox user %q: has no MFA device", user)
	}
	return u.mfa.code(mfaStepOf(s.clock.real())), nil
}

// UnusedTokenCode is a code of a user's MFA device that is good now and was not used: what the device shows, or what it will show next,
// or what it showed before. It is for whoever cannot wait half a minute for the next one.
func (s *Server) UnusedTokenCode(user string) (string, error) {
	u, err := s.account.user(user)
	if err != nil {
		return "", err
	}
	if u.mfa == nil {
		return "", fmt.Errorf("sandbox user %q: has no MFA device", user)
	}
	current := mfaStepOf(s.clock.real())
	for _, step := range []int64{current, current + 1, current - 1} {
		if !s.codes.used(u.mfa, step) {
			return u.mfa.code(step), nil
		}
	}
	return "", fmt.Errorf("sandbox user %q: the three codes that are good now were used", user)
}

// usedCodes remembers which steps' codes were used, because a code is good once only: RFC 6238, 5.2.
type usedCodes struct {
	mu    sync.Mutex
	steps map[*mfaDevice][]int64
}

// used tells whether the code of a step was taken.
func (u *usedCodes) used(d *mfaDevice, step int64) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Contains(u.steps[d], step)
}

// use takes a code, of now or of one step before or behind, unless it was used.
func (u *usedCodes) use(d *mfaDevice, code string, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	current := mfaStepOf(now)
	used := slices.DeleteFunc(u.steps[d], func(step int64) bool { return step < current-1 })
	matched := int64(-1)
	for step := current - 1; step <= current+1; step++ {
		if sameSecret(d.code(step), code) && !slices.Contains(used, step) && matched < 0 {
			matched = step
		}
	}
	if matched < 0 {
		return false
	}
	if u.steps == nil {
		u.steps = map[*mfaDevice][]int64{}
	}
	u.steps[d] = append(used, matched)
	return true
}

// proveMFA checks the MFA parameters. The device must be the calling user's own, so that a role session never proves MFA. It gives
// the sandbox's time of the proof, zero without one.
func (c *call) proveMFA(serialNumber, code string) (time.Time, *fault) {
	if serialNumber == "" && code == "" {
		return time.Time{}, nil
	}
	if serialNumber == "" || code == "" {
		return time.Time{}, denied("MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code. ")
	}
	u := c.caller.user
	if u == nil || u.mfa == nil || u.mfa.serialNumber != serialNumber {
		return time.Time{}, denied("MultiFactorAuthentication failed, unable to validate MFA code.  " +
			"Please verify your MFA serial number is valid and associated with this user. ")
	}
	if !c.server.codes.use(u.mfa, code, c.now) {
		return time.Time{}, denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")
	}
	return c.today, nil
}
