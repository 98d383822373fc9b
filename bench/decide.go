package main

import (
	"fmt"
	"time"

	"karikagi/internal/grant"
)

// decisions is how many there are in a round, on each document.
const decisions = 10_000

// measureDecisions decides in this process, among few grants and among many, in
// turn. The grants are asked for one after the other, so that among many each
// is out of the processor's caches again when it is asked for again.
func (f *function) measureDecisions(rounds int) error {
	alice, err := who()
	if err != nil {
		return err
	}
	f.decisions = []*program{{key: decideFew, name: "among 10 grants"}, {key: decideMany, name: "among 10,000 grants"}}
	like := ask("")
	documents, asks := make([]*grant.Document, 2), make([][]grant.Ask, 2)
	for i, n := range []int{10, 10_000} {
		if documents[i], err = grant.Parse("grants.yaml", []byte(document(n, shortGrant).String())); err != nil {
			return err
		}
		for j := range n {
			like.Grant = grantName(j)
			asks[i] = append(asks[i], like)
		}
	}
	for round := range rounds + 1 {
		for i, p := range f.decisions {
			begin := time.Now()
			for j := range decisions {
				if d := documents[i].Decide(alice, asks[i][j%len(asks[i])]); !d.Allowed {
					return fmt.Errorf("decision: %s", d.Reason)
				}
			}
			if took := time.Since(begin) / decisions; round > 0 {
				p.costs = append(p.costs, cost{wall: took})
			}
		}
	}
	return nil
}
