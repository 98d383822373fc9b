package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"karikagi/internal/grant"
)

// assumeInput is the AssumeRole that the function makes for the event, as
// bench/assume reads it: what the grant itself decides, so that both calls are
// the same.
func assumeInput(grants []byte) ([]byte, error) {
	d, err := grant.Parse("grants.yaml", grants)
	if err != nil {
		return nil, err
	}
	alice, err := who()
	if err != nil {
		return nil, err
	}
	decision := d.Decide(alice, ask(grantName(0)))
	if !decision.Allowed {
		return nil, fmt.Errorf("decision: %s", decision.Reason)
	}
	s := decision.Session
	in := sts.AssumeRoleInput{
		RoleArn: &s.RoleARN, RoleSessionName: &s.RoleSessionName, ExternalId: &s.ExternalID, Policy: &s.Policy,
		SourceIdentity: &s.SourceIdentity, TransitiveTagKeys: s.TransitiveTagKeys,
		DurationSeconds: aws.Int32(int32(s.Duration / time.Second)), //nolint:gosec // an hour at most
	}
	for _, tag := range s.Tags {
		in.Tags = append(in.Tags, types.Tag{Key: &tag.Key, Value: &tag.Value})
	}
	return json.Marshal(in)
}
