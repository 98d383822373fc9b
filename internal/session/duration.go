package session

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The limits of DurationSeconds (STS API Reference, AssumeRole). A role has a
// maximum of its own between one hour and twelve, which only STS knows.
const (
	MinDuration = 15 * time.Minute
	MaxDuration = 12 * time.Hour
	MaxChained  = time.Hour
)

// ParseDuration reads 45m, 1h, 1h30m or plain seconds, as AWS's own tools count
// them. Its error is a *Refusal for what cannot be a duration; the limits are
// CheckDuration's.
func ParseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if seconds, e := strconv.ParseInt(s, 10, 32); e == nil {
		d, err = time.Duration(seconds)*time.Second, nil
	}
	if err != nil || d <= 0 || d%time.Second != 0 {
		return 0, &Refusal{Rule: RuleDuration, Problem: fmt.Sprintf("duration %.40q: want 45m, 1h, 1h30m or a number of seconds", s)}
	}
	return d, nil
}

// CheckDuration refuses a duration that STS takes from nobody.
func CheckDuration(d time.Duration) error {
	if d >= MinDuration && d <= MaxDuration {
		return nil
	}
	use := MinDuration
	if d > MaxDuration {
		use = MaxDuration
	}
	return &Refusal{Rule: RuleDuration, Use: FormatDuration(use), Problem: fmt.Sprintf(
		"duration %s: want %s to %s", FormatDuration(d), FormatDuration(MinDuration), FormatDuration(MaxDuration))}
}

// FormatDuration writes a duration as people do: 1h, 45m, 1h30m, 50s.
func FormatDuration(d time.Duration) string {
	s := d.Round(time.Second).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
