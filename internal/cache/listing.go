package cache

import (
	"context"
	"path/filepath"

	"karikagi/internal/api"
	"karikagi/internal/wholefile"
)

// listingEnding is of the files with what a vending function listed.
const listingEnding = ".grants"

// KeepListing keeps the grants that a vending function listed, for completion:
// their names and parameters are no secret from who was told them.
func (c Cache) KeepListing(ctx context.Context, function string, grants []api.GrantInfo) error {
	data, err := api.Me{Grants: grants}.Marshal()
	if err != nil {
		return err
	}
	if err := c.open(); err != nil {
		return err
	}
	lock, err := wholefile.NewLock(ctx, c.listingPath(function))
	if err != nil {
		return err
	}
	defer lock.Close()
	return wholefile.Replace(c.listingPath(function), append(data, '\n'), 0o600)
}

// Listing is what the function listed last, and nothing where that cannot be
// read. Its texts are foreign: show them as such.
func (c Cache) Listing(function string) []api.GrantInfo {
	if c.Folder == "" {
		return nil
	}
	data, err := wholefile.ReadOwn(c.listingPath(function), maxFile)
	if err != nil {
		return nil
	}
	me, err := api.ParseMe(data)
	if err != nil {
		return nil
	}
	return me.Grants
}

func (c Cache) listingPath(function string) string {
	k := NewKey("listing 1")
	k.Add("function", function)
	return filepath.Join(c.Folder, k.name()+listingEnding)
}
