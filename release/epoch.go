package main

import (
	"debug/buildinfo"
	"fmt"
	"math"
	"strconv"
	"time"
)

// firstZipTime and lastZipTime bound what a zip entry can say: its first time
// counts years from 1980, its second (the "extended timestamp", which has the odd
// seconds) is a signed 32-bit count of seconds since 1970.
func firstZipTime() time.Time { return time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) }
func lastZipTime() time.Time  { return time.Unix(math.MaxInt32, 0).UTC() }

// parseEpoch reads SOURCE_DATE_EPOCH, seconds since 1970 (reproducible-builds.org).
// The zero time is returned where it is not set.
func parseEpoch(epoch string) (time.Time, error) {
	if epoch == "" {
		return time.Time{}, nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil || seconds < 0 || seconds > lastZipTime().Unix() {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH %q: want seconds since 1970, at most %d", epoch, lastZipTime().Unix())
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// commitTime is the time of the commit that a binary was built from, as the go
// command recorded it in the binary; the zero time where it did not.
func commitTime(binary string) time.Time {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return time.Time{}
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.time" {
			t, _ := time.Parse(time.RFC3339, s.Value)
			return t.UTC()
		}
	}
	return time.Time{}
}

// zipTime brings a time into a zip entry's range, and out of the zone of the
// machine: an entry tells the time on its writer's wall.
func zipTime(t time.Time) time.Time {
	t = t.UTC()
	if t.Before(firstZipTime()) {
		return firstZipTime()
	}
	if t.After(lastZipTime()) {
		return lastZipTime()
	}
	return t
}
