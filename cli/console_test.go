package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdBrowse follows the sign-in URL in a file as a browser does, and writes what
// it sees to the file page: the status, where it ended, and the text.
func cmdBrowse(ts *testscript.TestScript, _ bool, args []string) {
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	browser := &http.Client{Jar: jar}
	answer, err := browser.Get(strings.TrimSpace(ts.ReadFile(args[0]))) //nolint:noctx // a test's own sandbox.
	ts.Check(err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	ts.Check(err)
	page := answer.Status + " " + answer.Request.URL.Path + "\n" + string(text)
	ts.Check(os.WriteFile(ts.MkAbs("page"), []byte(page), 0o600))
}
