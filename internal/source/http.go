package source

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// connectTimeout is how long one connection may take. The SDK's thirty seconds
// would use up the whole run on the first of several addresses.
const connectTimeout = 10 * time.Second

// newHTTPClient is the SDK's own client (proxies from the environment, TLS 1.2
// at least) with a shorter patience.
func newHTTPClient() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithDialerOptions(func(d *net.Dialer) { d.Timeout = connectTimeout })
}

// verified makes the client's certificate checks cheap, once the SDK has put
// AWS_CA_BUNDLE or ca_bundle into it.
func verified(client aws.HTTPClient) aws.HTTPClient {
	if b, ok := client.(*awshttp.BuildableClient); ok {
		return steadfast(b.WithTransportOptions(func(t *http.Transport) { trustLazily(t) }))
	}
	return client
}

// steadfast goes where it was sent and nowhere else. Neither STS nor a
// credentials endpoint redirects, and the SDK's own client would carry a
// signed request, or the endpoint's token, wherever a 307 points.
func steadfast(client *awshttp.BuildableClient) aws.HTTPClient {
	return &http.Client{
		Transport:     client.GetTransport(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// resigned does not ask again a server whose certificate is not trusted: the
// next attempt would show the same one, and the user would wait for it.
type resigned struct{ aws.RetryerV2 }

func (r resigned) IsErrorRetryable(err error) bool {
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	return !untrusted && r.RetryerV2.IsErrorRetryable(err)
}
