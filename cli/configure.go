package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/api"
	"karikagi/internal/awsfile"
	"karikagi/internal/format"
	"karikagi/internal/source"
)

const configureDescription = `Writes profile NAME into ~/.aws/config, with a credential_process that calls
karikagi: every AWS tool that is given the profile gets the session by itself.

  karikagi configure dev --role 123456789012/developer --profile me
  aws --profile dev sts get-caller-identity

The session is shaped by the flags of karikagi export. All else in the file
stays as it is; --dry-run shows what would change, and changes nothing.`

// configureCommand is the verb configure.
func configureCommand() *cli.Command {
	shape := slices.DeleteFunc(slices.Concat(sessionFlags()...), func(f cli.Flag) bool { return slices.Contains(notConfigured(), f.Names()[0]) })
	return command("configure", "NAME", "write a profile that gets its sessions from karikagi", configureDescription, configure, []cli.Flag{
		option("role", "", "`ROLE` of the profile's sessions, as karikagi export takes it"),
		&cli.BoolFlag{Name: "remove", Usage: "take out what karikagi wrote into profile NAME"},
		&cli.BoolFlag{Name: "overwrite", Usage: "replace a profile NAME that karikagi did not write"},
		&cli.BoolFlag{Name: "dry-run", Usage: "print what would change, and change nothing"},
		&cli.BoolFlag{Name: "quiet", Usage: "say nothing on stderr when all is well"},
	}, shape)
}

// notConfigured are flags of a session that make no sense in a profile, where
// they would be used again and again.
func notConfigured() []string { return []string{"dry-run", "token-code"} }

// profileKeys are all that configure writes into a profile.
func profileKeys() []string { return []string{"credential_process", "region"} }

// configure writes a profile, or takes it out.
func configure(c *cli.Context) error {
	name, err := profileName(c)
	if err != nil {
		return err
	}
	profile := awsfile.Section{Config: true, Name: name}
	if c.Bool("remove") {
		for _, f := range c.Command.Flags {
			if n := f.Names()[0]; c.IsSet(n) && !slices.Contains([]string{"remove", "dry-run", "quiet"}, n) {
				return misuse("", "flag --%s: does not go with --remove", n)
			}
		}
		return change(c, source.ConfigFile(), false, fmt.Sprintf("profile %s is out of", name), func(text []byte) ([]byte, error) {
			edited, removed, err := profile.Remove(text, profileKeys())
			if err == nil && !removed {
				err = fmt.Errorf("there is nothing of karikagi's in profile %s", name)
			}
			return edited, err
		})
	}
	line, err := processLine(c, name)
	if err != nil {
		return err
	}
	if err := checkHidden(name); err != nil {
		return err
	}
	if profile, given := value(c, "profile"); given {
		if err := source.CheckProfile(c.Context, profile); err != nil {
			return err
		}
	}
	block := awsfile.Block{Note: "karikagi configure, which takes it out again with --remove", Lines: []awsfile.Line{{Key: "credential_process", Value: line}}}
	if region := profileRegion(c); region != "" {
		block.Lines = append(block.Lines, awsfile.Line{Key: "region", Value: region})
	}
	return change(c, source.ConfigFile(), false, fmt.Sprintf("profile %s is in", name), func(text []byte) ([]byte, error) {
		keys := profileKeys()[:len(block.Lines)] // a Region that is not written is not replaced, either
		return profile.Put(text, block, keys, c.Bool("overwrite"))
	})
}

// profileName takes NAME.
func profileName(c *cli.Context) (string, error) {
	switch {
	case c.NArg() == 0:
		return "", misuse("karikagi configure NAME --role ROLE", "no profile named: want NAME")
	case c.NArg() > 1:
		return "", misuse("", "argument %q: want one NAME; a role goes behind --role", clip(c.Args().Get(1)))
	}
	name := c.Args().First()
	if err := format.CheckProfile(name); err != nil {
		return "", &usageError{err: err}
	}
	return name, nil
}

// profileRegion is the Region of the flags, or of this shell: a profile is used
// in others, too.
func profileRegion(c *cli.Context) string {
	if region, given := value(c, "region"); given {
		return region
	}
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if region := os.Getenv(name); region != "" && source.CheckRegion(region) == nil {
			return region
		}
	}
	return ""
}

// checkHidden refuses a profile that would not be asked: where the credentials
// file has keys for it, SDKs take those.
func checkHidden(name string) error {
	path := source.CredentialsFile()
	text, err := awsfile.Read(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	keys, err := awsfile.Section{Name: name}.Keys(text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, k := range keys {
		if slices.Contains(credentialKeys(), k.Name) {
			return fmt.Errorf("%s: line %d: profile %s has %s, which goes before credential_process: want it taken out, or another NAME", path, k.Line, name, k.Name)
		}
	}
	return nil
}

// change edits one of the two files, or shows the edit with --dry-run.
func change(c *cli.Context, path string, private bool, done string, edit func([]byte) ([]byte, error)) error {
	if c.Bool("dry-run") {
		return showChange(c, path, edit)
	}
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(c.Context, patience)
	defer cancel()
	if err := awsfile.Update(ctx, path, private, edit); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	notice(notices(c), "%s %s", done, path)
	return nil
}

func showChange(c *cli.Context, path string, edit func([]byte) ([]byte, error)) error {
	before, err := awsfile.Read(path)
	var after []byte
	if err == nil {
		after, err = edit(before)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	text := awsfile.Diff(before, after)
	if text == "" {
		notice(notices(c), "%s would stay as it is", path)
		return nil
	}
	_, err = io.WriteString(c.App.Writer, "--- "+path+"\n+++ "+path+"\n"+text)
	return wrote(err)
}

// writeFlags are export's, for the credentials file.
func writeFlags() []cli.Flag {
	return []cli.Flag{
		option("write", "", "with --format ini: write the session into `PROFILE` of the credentials file, and print nothing"),
		&cli.BoolFlag{Name: "overwrite", Usage: "with --write: replace a profile that karikagi did not write"},
	}
}

// keeper writes sessions into the credentials file.
type keeper struct {
	c       *cli.Context
	section awsfile.Section
}

// readKeeper takes the flags of writeFlags; nil where nothing is to be written.
func readKeeper(c *cli.Context, formatName string) (*keeper, error) {
	name, given := value(c, "write")
	switch {
	case !given && c.Bool("overwrite"):
		return nil, misuse("", "flag --overwrite: goes with --write only")
	case !given:
		return nil, nil
	case formatName != "ini":
		return nil, misuse("use --format ini", "flag --write: a file of profiles takes the format ini, not %s", formatName)
	}
	if err := format.CheckProfile(name); err != nil {
		return nil, &usageError{err: err}
	}
	k := &keeper{c, awsfile.Section{Name: name}}
	text, err := awsfile.Read(source.CredentialsFile())
	if err == nil { // a refusal comes before anything is asked of AWS
		_, err = k.edit(text, api.Credentials{AccessKeyID: "ASIA"})
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source.CredentialsFile(), err)
	}
	return k, nil
}

// edit puts a session into its section. No SDK reads an expiration there, so it
// is for people only; and a Region would win over the config file's.
func (k *keeper) edit(text []byte, s api.Credentials) ([]byte, error) {
	note := "karikagi export --write"
	if !s.Expiration.IsZero() {
		note += ", until " + s.Expiration.UTC().Format(time.RFC3339)
	}
	block := awsfile.Block{Note: note, Lines: []awsfile.Line{
		{Key: "aws_access_key_id", Value: s.AccessKeyID}, {Key: "aws_secret_access_key", Value: s.SecretAccessKey}, {Key: "aws_session_token", Value: s.SessionToken},
	}}
	return k.section.Put(text, block, []string{"aws_access_key_id", "aws_secret_access_key", "aws_session_token"}, k.c.Bool("overwrite"))
}

// show shows where a session would stand, for --dry-run.
func (k *keeper) show() error {
	return showChange(k.c, source.CredentialsFile(), func(text []byte) ([]byte, error) { return k.edit(text, api.Credentials{AccessKeyID: "ASIA..."}) })
}

// write writes a session.
func (k *keeper) write(s api.Credentials) error {
	return change(k.c, source.CredentialsFile(), true, fmt.Sprintf("profile %s is in", k.section.Name), func(text []byte) ([]byte, error) {
		return k.edit(text, s)
	})
}
