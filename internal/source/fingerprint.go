package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/logincreds"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
)

// maxToken bounds what is read of a file that a source gives its token in.
const maxToken = 64 << 10

// Fingerprint is all that decides whose credentials Load would find and where
// it would call, without finding them: no service is asked and no process run.
// Two that are equal are of the same source; of one source there may be two
// that are not. It holds access key IDs, and tokens that endpoints and sign-ins
// are known by: it is for a digest and for nothing else.
//
// Its error says that the source can only be known by Load.
func Fingerprint(ctx context.Context, o Options) ([]string, error) {
	env, err := config.NewEnvConfig()
	if err != nil {
		return nil, err
	}
	shared, err := sharedConfig(ctx, firstOf(o.Profile, env.SharedConfigProfile))
	if err != nil {
		return nil, err
	}
	if err := knowable(env, shared, o.Profile != ""); err != nil {
		return nil, err
	}
	env.Credentials.SecretAccessKey, env.Credentials.SessionToken = "", ""
	list := []string{o.Profile, o.Region, configFile(), credentialsFile()}
	for _, part := range []any{env, shared} {
		var b strings.Builder
		spell(&b, reflect.ValueOf(part))
		list = append(list, b.String())
	}
	list = append(list, endpoints()...)
	return appendTokens(list, env, shared)
}

// knowable refuses sources whose credentials may be another's the next time and
// nothing shows it: those that a process prints, which may go by anything, and an
// instance's, whose role can be exchanged.
func knowable(env config.EnvConfig, shared config.SharedConfig, named bool) error {
	if !named && (env.Credentials.HasKeys() || env.WebIdentityTokenFilePath != "") {
		return nil // which go before a profile
	}
	bottom := &shared
	for bottom.Source != nil {
		bottom = bottom.Source
	}
	switch {
	case bottom.CredentialProcess != "":
		return errors.New("whose credentials a process gives is known by running it")
	case bottom.Credentials.HasKeys(), bottom.CredentialSource == "Environment", bottom.CredentialSource == "EcsContainer",
		bottom.WebIdentityTokenFile != "", bottom.SSOSessionName != "", bottom.SSOStartURL != "", bottom.LoginSession != "",
		bottom.CredentialSource == "" && (env.ContainerCredentialsEndpoint != "" || env.ContainerCredentialsRelativePath != ""):
		return nil
	}
	return errors.New("whose credentials an instance has is known by asking it")
}

// sharedConfig is the profile with those that it leads to, without a secret. No
// profile is none, where nobody named one.
func sharedConfig(ctx context.Context, profile string) (config.SharedConfig, error) {
	shared, err := config.LoadSharedConfigProfile(ctx, firstOf(profile, "default"), func(o *config.LoadSharedConfigOptions) {
		o.ConfigFiles, o.CredentialsFiles = []string{configFile()}, []string{credentialsFile()}
	})
	if _, missing := errors.AsType[config.SharedConfigProfileNotExistError](err); missing && profile == "" {
		return config.SharedConfig{}, nil
	}
	if err != nil {
		return shared, err
	}
	const most = 64
	n := 0
	for p := &shared; p != nil; p = p.Source {
		if p.Credentials.HasKeys() { // what is left tells that there are some
			p.Credentials.SecretAccessKey, p.Credentials.SessionToken = "-", ""
		}
		if n++; n > most {
			return shared, errors.New("a profile leads back to itself")
		}
	}
	return shared, nil
}

// endpoints are the variables that send the calls of one service elsewhere.
func endpoints() []string {
	var list []string
	for _, line := range os.Environ() {
		if strings.HasPrefix(line, "AWS_ENDPOINT_URL") {
			list = append(list, line)
		}
	}
	slices.Sort(list)
	return list
}

// appendTokens adds what a source is known by beside its configuration: who
// signed in, or which pod this is.
func appendTokens(list []string, env config.EnvConfig, shared config.SharedConfig) ([]string, error) {
	files := []string{env.WebIdentityTokenFilePath, os.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")}
	for p := &shared; p != nil; p = p.Source {
		files = append(files, p.WebIdentityTokenFile)
		if key := firstOf(p.SSOSessionName, p.SSOStartURL); key != "" {
			file, err := ssocreds.StandardCachedTokenFilepath(key)
			if err != nil {
				return nil, err
			}
			files = append(files, file)
		}
		if p.LoginSession != "" { // the ARN of who signed in; the file changes every few minutes
			file, err := logincreds.StandardCachedTokenFilepath(p.LoginSession, os.Getenv("AWS_LOGIN_CACHE_DIRECTORY"))
			if err == nil {
				_, err = os.Stat(file) //nolint:gosec // where the SDK looks, too.
			}
			if err != nil {
				return nil, err
			}
		}
	}
	for _, file := range files {
		if file == "" {
			continue
		}
		text, err := readToken(file)
		if err != nil {
			return nil, err
		}
		list = append(list, file, text)
	}
	return list, nil
}

// readToken reads a file, and nothing that could be read once only.
func readToken(name string) (string, error) {
	info, err := os.Stat(name) //nolint:gosec // where the SDK reads its token, too.
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || info.Size() > maxToken {
		return "", fmt.Errorf("%s: want a file of at most %d bytes", name, maxToken)
	}
	f, err := os.Open(name) //nolint:gosec // where the SDK reads its token, too.
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxToken))
	return string(text), err
}

// ConfigFile is where profiles are, AWS_CONFIG_FILE or ~/.aws/config.
func ConfigFile() string { return configFile() }

// CredentialsFile is where keys are, AWS_SHARED_CREDENTIALS_FILE or
// ~/.aws/credentials.
func CredentialsFile() string { return credentialsFile() }
