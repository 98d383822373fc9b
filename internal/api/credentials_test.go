package api

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// The common ways of printing a value show the access key ID and no secret.
func TestCredentialsPrintTheirAccessKeyIDOnly(t *testing.T) {
	c := Credentials{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: "the-secret", SessionToken: "the-token"}
	if raw := fmt.Sprint(struct{ s, t string }{c.SecretAccessKey, c.SessionToken}); !strings.Contains(raw, "the-secret") {
		t.Fatalf("the premise is gone: %s", raw)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("vended", "credentials", c)
	for _, got := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), fmt.Sprint(&c), log.String()} {
		if !strings.Contains(got, "ASIAEXAMPLE") || strings.Contains(got, "the-secret") || strings.Contains(got, "the-token") {
			t.Errorf("printed as %q", got)
		}
	}
}
