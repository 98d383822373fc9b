package workbench

import (
	"context"
	"encoding/json"
	"io"
	"os/exec"
)

// StartServe runs `karikagi serve`, and reads where it serves.
func StartServe(ctx context.Context, karikagi string, environment []string, arguments ...string) (*Server, error) {
	cmd := exec.CommandContext(ctx, karikagi, append([]string{"serve", "--quiet", "--format", "json"}, arguments...)...) //nolint:gosec // the program to run
	cmd.Env = environment
	return StartServer(cmd, func(out io.Reader) (url, token string, err error) {
		var where struct {
			URL   string `json:"AWS_CONTAINER_CREDENTIALS_FULL_URI"`
			Token string `json:"AWS_CONTAINER_AUTHORIZATION_TOKEN"`
		}
		err = json.NewDecoder(out).Decode(&where)
		return where.URL, where.Token, err
	})
}
