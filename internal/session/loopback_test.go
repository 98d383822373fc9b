package session

import "testing"

func TestIsLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.255.255.254": true, "::1": true, "::ffff:127.0.0.1": true,
		"": false, "0.0.0.0": false, "::": false, "128.0.0.1": false, "127.0.0.1.example.com": false, "localhost.example.com": false,
		"127.1": false, "0177.0.0.1": false, "2130706433": false, "127.0.0.1:80": false, "[::1]": false, "10.0.0.1": false, "169.254.170.2": false,
	} {
		if got := IsLoopback(host); got != want {
			t.Errorf("%q: %t, want %t", host, got, want)
		}
	}
}
