package main

import (
	"context"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"karikagi/internal/api"
	"karikagi/internal/session"
)

// keepListing keeps what a function listed, for completion to offer. Where it
// cannot be kept nothing is lost that anybody asked for, so nothing is said.
func keepListing(ctx context.Context, url string, grants []api.GrantInfo) {
	_ = openCache(0, io.Discard).KeepListing(ctx, sameURL(url), grants)
}

// lastListing is what the function of a half-typed command line listed last.
func lastListing(given map[string]string) []api.GrantInfo {
	url, named := given["url"]
	if !named {
		url = os.Getenv("KARIKAGI_URL")
	}
	return openCache(0, io.Discard).Listing(sameURL(url))
}

// sameURL is a Function URL as it is compared: with its last slash or without,
// it is the same function's.
func sameURL(url string) string { return strings.TrimRight(url, "/") }

// listedGrants are grants as values of --grant.
func listedGrants(given map[string]string) []candidate {
	var all []candidate
	for _, g := range lastListing(given) {
		all = append(all, candidate{g.Name, session.Printable(g.Description)})
	}
	return all
}

// listedParameters are the parameters of the grant that is named, as values of
// --parameter.
func listedParameters(given map[string]string) []candidate {
	var all []candidate
	for _, g := range lastListing(given) {
		if g.Name != given["grant"] {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(g.Parameters)) {
			p := g.Parameters[name]
			for _, value := range p.Enum {
				all = append(all, candidate{name + "=" + value, session.Printable(p.Description)})
			}
			if len(p.Enum) == 0 {
				all = append(all, candidate{name + "=", session.Printable(p.Description)})
			}
		}
	}
	return all
}
