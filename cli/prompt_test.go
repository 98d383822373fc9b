package main

import (
	"testing"
	"time"
)

func TestSegment(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	session := func(end string) map[string]string {
		return map[string]string{"AWS_ACCESS_KEY_ID": "ASIA", "AWS_SESSION_TOKEN": "t", "AWS_CREDENTIAL_EXPIRATION": end, "AWS_PROFILE": "dev"}
	}
	for _, test := range []struct {
		env   map[string]string
		text  string
		left  time.Duration
		known bool
	}{
		{nil, "", 0, false},
		{map[string]string{"AWS_CREDENTIAL_EXPIRATION": "2026-03-01T13:00:00Z", "AWS_SESSION_TOKEN": "t"}, "", 0, false},
		{map[string]string{"AWS_PROFILE": "dev"}, "profile dev", 0, false},
		{map[string]string{"AWS_PROFILE": "dev", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/"}, "profile dev", 0, false},
		{map[string]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/"}, "endpoint", 0, false},
		{map[string]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/", "AWS_EXECUTION_ENV": "CloudShell"}, "cloudshell", 0, false},
		{map[string]string{"AWS_DEFAULT_PROFILE": "old"}, "profile old", 0, false},
		{map[string]string{"AWS_ACCESS_KEY_ID": "AKIA"}, "access key", 1<<63 - 1, true},
		{session(""), "session", 0, false},
		{session("soon"), "session", 0, false},
		{session("2026-03-01T12:42:59Z"), "session 42m", 42*time.Minute + 59*time.Second, true},
		{session("2026-03-01T14:05:00+01:00"), "session 1h5m", 65 * time.Minute, true},
		{session("2026-03-01T12:00:59Z"), "session <1m", 59 * time.Second, true},
		{session("2026-03-01T12:00:00Z"), "session expired", 0, true},
		{session("2026-03-01T11:00:00Z"), "session expired", -time.Hour, true},
	} {
		text, left, known := segment(func(name string) string { return test.env[name] }, now)
		if text != test.text || left != test.left || known != test.known {
			t.Errorf("%v: %q %v %v, want %q %v %v", test.env, text, left, known, test.text, test.left, test.known)
		}
	}
}
