package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"karikagi/internal/functionurl"
	"karikagi/internal/grant"
	"karikagi/internal/sandbox"
	"karikagi/internal/session"
	"karikagi/internal/vend"
)

// The execution role and the Region of the sandbox's vending function.
const (
	functionRole   = "arn:aws:iam::123456789012:role/karikagi-function"
	functionRegion = "us-east-1"
)

// newFunction is the vending function behind a Function URL of the sandbox: the
// handler that is deployed, in this process, with the sandbox for its STS. In
// AWS lambda/ stands in this place, and does the same with the runtime's events.
func newFunction(server *sandbox.Server, document *grant.Document, base string, audit io.Writer) (http.Handler, error) {
	if failures := document.RunTests(); len(failures) > 0 {
		return nil, fmt.Errorf("grants document: %d of its own tests fail, the first at %s", len(failures), failures[0])
	}
	id, secret, token, _, err := server.RoleSession(functionRole, "karikagi")
	if err != nil {
		return nil, err
	}
	handler := vend.New(vend.Options{Grants: document, Region: functionRegion, Audit: audit, Function: "karikagi", STS: sts.New(sts.Options{
		Region: functionRegion, BaseEndpoint: aws.String(base), HTTPClient: session.Bounded(http.DefaultClient),
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, token),
	})})
	return server.FunctionURL(func(ctx context.Context, raw []byte) ([]byte, error) {
		event, err := functionurl.Parse(raw)
		if err != nil {
			return nil, err
		}
		who, _ := event.Identity() // without one all of it is empty, and vend refuses
		request, err := event.Request(vend.Call{
			RequestID: event.RequestContext.RequestID, URLID: event.RequestContext.APIID,
			ARN: who.ARN, AccountID: who.AccountID, UserID: who.UserID, AccessKeyID: who.AccessKeyID, OrgID: who.OrgID,
			SourceIP: who.SourceIP, UserAgent: who.UserAgent,
		}.In(ctx))
		if err != nil {
			return nil, err
		}
		response, err := functionurl.Serve(handler, request)
		if err != nil {
			return nil, err
		}
		return response.Marshal()
	}, ""), nil
}
