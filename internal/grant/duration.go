package grant

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"karikagi/internal/strictyaml"
)

// The limits of a vended session. STS gives no shorter one (900 seconds: STS API reference, AssumeRole,
// DurationSeconds), and the credentials of the function's own role are temporary, with which STS gives no longer one
// (IAM user guide, "Role chaining").
const (
	minDuration = 15 * time.Minute
	maxDuration = time.Hour
)

const wantDuration = "15m to 1h, in minutes (45m) or seconds (2700s)"

// readDuration reads the durations of a grant. Without any, a session lasts the hour that it may: the SDKs renew
// shorter ones all the time.
func (g *grant) readDuration(v strictyaml.Value) error {
	s := v.Section("duration", "default", "max")
	g.maximum = duration(s, "max", maxDuration)
	g.duration = duration(s, "default", g.maximum)
	if s.Err() == nil && g.duration > g.maximum {
		s.Fail("default", "want at most the max of %s, not %s", formatDuration(g.maximum), formatDuration(g.duration))
	}
	return s.Err()
}

func duration(s *strictyaml.Section, key string, otherwise time.Duration) time.Duration {
	d := otherwise
	s.Quoted(key, "", func(text string) string {
		var ok bool
		if d, ok = parseDuration(text); !ok || d < minDuration || d > maxDuration {
			return wantDuration
		}
		return ""
	})
	return d
}

// parseDuration reads a number and one unit, so that there is one way to write a duration in each unit.
func parseDuration(text string) (time.Duration, bool) {
	if text == "" {
		return 0, false
	}
	var unit time.Duration
	switch text[len(text)-1] {
	case 'h':
		unit = time.Hour
	case 'm':
		unit = time.Minute
	case 's':
		unit = time.Second
	}
	number := text[:len(text)-1]
	n, err := strconv.ParseUint(number, 10, 16)
	return time.Duration(n) * unit, err == nil && unit > 0 && isDigits(number) && number[0] != '0'
}

// formatDuration writes a duration as people do.
func formatDuration(d time.Duration) string {
	s := d.String() // 1h0m0s, 15m0s
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// lasting is how long the session is that was asked for. Nothing is shortened on the quiet.
func (g *grant) lasting(asked time.Duration) (time.Duration, error) {
	switch {
	case asked == 0:
		return g.duration, nil
	case asked < minDuration || asked > g.maximum || asked%time.Second != 0:
		return 0, fmt.Errorf("duration %s: want %s to %s", formatDuration(asked), formatDuration(minDuration), formatDuration(g.maximum))
	}
	return asked, nil
}
