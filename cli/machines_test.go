package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"karikagi/internal/sandbox"
)

// Who a machine is, in the seeded account, and what calls it by which name.
const (
	machineRole = "arn:aws:iam::123456789012:role/machine"
	instanceID  = "i-0123456789abcdef0"
	taskID      = "0123456789abcdef0123456789abcdef"
	podSession  = "eks-web-site-0123456789"
	// bearer is what the endpoints hand out or want to see, marked so that it cannot pass onto stderr unseen.
	bearer = sandbox.Mark + "bearer"
)

// machineCommands set the scene that a kind of machine is. Each begins with
// nowhere.
//
//	nowhere            no credentials are to be found anywhere
//	imds [MODE]        an EC2 instance: no-role, unnamed (role), refused (by EC2), html, null, keyless, silent, hop, expired, or an HTTP status for everything
//	container [MODE]   a container endpoint on loopback: silent, html, moved, endless, keyless, null, expired, or an HTTP status
//	ecs [MODE]         the same at ECS's address
//	eks [MODE]         the same at EKS Pod Identity's, with a token file: missing, newline, stale
//	function           a Lambda function's environment
//	webidentity [MODE] a GitHub Actions job, or a pod (kubernetes); missing, empty, expired, future, audience, subject, issuer
//	sso MODE           IAM Identity Center: fresh, expired, refused, forbidden, keyless
//	login MODE         aws login: fresh, expired, changed, broken, null
//	throttle N         STS refuses the first N calls as too many
func machineCommands(more map[string]func(*testscript.TestScript, bool, []string)) map[string]func(*testscript.TestScript, bool, []string) {
	for name, run := range map[string]func(*testscript.TestScript, string){
		"nowhere": func(*testscript.TestScript, string) {}, "imds": imds, "container": container, "ecs": ecs, "eks": eks, "function": onLambda,
		"webidentity": webIdentity, "sso": identityCenter, "login": login,
	} {
		more[name] = func(ts *testscript.TestScript, _ bool, args []string) {
			nowhere(ts)
			run(ts, strings.Join(args, " "))
		}
	}
	more["throttle"] = cmdThrottle
	return more
}

func nowhere(ts *testscript.TestScript) {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
		"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME", "HTTP_PROXY", "GITHUB_ACTIONS",
		"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_EC2_METADATA_SERVICE_ENDPOINT"} {
		ts.Setenv(name, "")
	}
	ts.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	ts.Setenv("AWS_ENDPOINT_URL_STS", of(ts).base)
}

// serve listens until the transcript ends. A handler that never answers is let go.
func serve(ts *testscript.TestScript, h http.HandlerFunc) string {
	server := httptest.NewServer(h)
	ts.Defer(func() { server.CloseClientConnections(); server.Close() })
	return server.URL
}

// silent takes a request and never answers.
func silent(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

func (w *world) machine(ts *testscript.TestScript, service, session string) sandbox.Issued {
	issued, err := w.server.MachineSession(service, machineRole, session, time.Hour)
	ts.Check(err)
	return issued
}

// imds is an instance: an instance metadata service of version 2 only, and no
// Region but in its identity document.
func imds(ts *testscript.TestScript, mode string) {
	issued := of(ts).machine(ts, "ec2.amazonaws.com", instanceID)
	answer := map[string]string{"Code": "Success", "LastUpdated": "2020-01-01T00:00:00Z", "Type": "AWS-HMAC", "AccessKeyId": issued.AccessKeyID,
		"SecretAccessKey": issued.SecretAccessKey, "Token": issued.SessionToken, "Expiration": issued.Expiration.Format(time.RFC3339)}
	switch mode {
	case "expired":
		answer["Expiration"] = "2020-01-01T06:00:00Z"
		of(ts).server.Advance(2 * time.Hour)
	case "refused":
		answer = map[string]string{"Code": "AssumeRoleUnauthorizedAccess", "Message": "EC2 cannot assume the role machine.", "LastUpdated": "2020-01-01T00:00:00Z"}
	}
	const folder = "/latest/meta-data/iam/security-credentials/"
	documents := map[string]any{folder: "machine", folder + "machine": answer,
		"/latest/dynamic/instance-identity/document": map[string]string{"region": "eu-west-1", "instanceId": instanceID, "accountId": "123456789012"}}
	switch mode {
	case "no-role":
		delete(documents, folder)
	case "null":
		documents[folder+"machine"] = nil
	case "keyless":
		documents[folder+"machine"] = map[string]string{"Code": "Success"}
	case "unnamed":
		documents[folder] = ""
	case "html":
		documents[folder+"machine"] = "<html>" + issued.SecretAccessKey + "</html>"
	}
	status, _ := strconv.Atoi(mode)
	ts.Setenv("AWS_EC2_METADATA_DISABLED", "")
	ts.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", serve(ts, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case mode == "silent", mode == "hop" && r.Method == http.MethodPut: // the answer to PUT dies on its way into a container
			silent(w, r)
		case status != 0:
			w.WriteHeader(status)
		default:
			serveInstance(w, r, documents)
		}
	}))
}

// serveInstance answers as the EC2 user guide has it, "Use the Instance Metadata
// Service to access instance metadata".
func serveInstance(w http.ResponseWriter, r *http.Request, documents map[string]any) {
	const ttl = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
	seconds, _ := strconv.Atoi(r.Header.Get(ttl))
	document, found := documents[r.URL.Path]
	switch {
	case r.Method == http.MethodPut && len(r.Header.Values("X-Forwarded-For")) > 0:
		w.WriteHeader(http.StatusForbidden)
	case r.Method == http.MethodPut && r.URL.Path == "/latest/api/token" && seconds >= 1 && seconds <= 21600:
		w.Header().Set(ttl, r.Header.Get(ttl))
		_, _ = io.WriteString(w, bearer)
	case r.Method == http.MethodPut:
		w.WriteHeader(http.StatusBadRequest)
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case r.Header.Get("X-Aws-Ec2-Metadata-Token") != bearer: // version 1 is refused
		w.WriteHeader(http.StatusUnauthorized)
	case !found:
		w.WriteHeader(http.StatusNotFound)
	default:
		if text, ok := document.(string); ok {
			_, _ = io.WriteString(w, text)
			return
		}
		_ = json.NewEncoder(w).Encode(document)
	}
}

// endpoint is a container credentials endpoint: one address, one token.
type endpoint struct {
	mode, url, token string
	issued           sandbox.Issued
}

func (e endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, _ := strconv.Atoi(e.mode)
	document := map[string]string{"AccessKeyId": e.issued.AccessKeyID, "SecretAccessKey": e.issued.SecretAccessKey, "Token": e.issued.SessionToken,
		"RoleArn": machineRole, "Expiration": e.issued.Expiration.Format(time.RFC3339)}
	switch asked := "http://" + r.Host + r.URL.Path; {
	case e.mode == "silent":
		silent(w, r)
	case status != 0:
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "no: "+bearer)
	case r.Method != http.MethodGet || asked != e.url && e.url != "" || len(r.Header.Values("X-Forwarded-For")) > 0:
		w.WriteHeader(http.StatusNotFound)
	case !slices.Equal(r.Header.Values("Authorization"), []string{e.token}) && e.token != "":
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"code":"InvalidToken","message":"the token is not valid"}`)
	case e.mode == "moved" && r.URL.Path != "/elsewhere":
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	case e.mode == "html":
		_, _ = io.WriteString(w, "<html>"+e.issued.SecretAccessKey+"</html>")
	default:
		switch e.mode {
		case "endless":
			delete(document, "Expiration")
		case "keyless":
			delete(document, "AccessKeyId")
		case "expired":
			document["Expiration"] = "2020-01-01T00:00:00Z"
		}
		if e.mode == "null" {
			document = nil
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(document)
	}
}

func container(ts *testscript.TestScript, mode string) {
	e := endpoint{mode: mode, token: bearer, issued: of(ts).machine(ts, "ecs-tasks.amazonaws.com", taskID)}
	if mode == "expired" {
		of(ts).server.Advance(2 * time.Hour)
	}
	ts.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", serve(ts, e.ServeHTTP)+"/role?"+bearer)
	ts.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", bearer)
}

// ecs answers for an address that is not this machine's: the server is the
// proxy that the SDK, as every program here, reaches http addresses through.
func ecs(ts *testscript.TestScript, mode string) {
	const path = "/v2/credentials/01234567-89ab-cdef-0123-456789abcdef"
	e := endpoint{mode: mode, url: "http://169.254.170.2" + path, issued: of(ts).machine(ts, "ecs-tasks.amazonaws.com", taskID)}
	ts.Setenv("HTTP_PROXY", serve(ts, e.ServeHTTP))
	ts.Setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", path)
	ts.Setenv("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE")
}

func eks(ts *testscript.TestScript, mode string) {
	e := endpoint{url: "http://169.254.170.23/v1/credentials", token: bearer, issued: of(ts).machine(ts, "pods.eks.amazonaws.com", podSession)}
	file, token := ts.MkAbs("pod-token"), bearer
	switch mode {
	case "missing":
		file = ts.MkAbs("no-pod-token")
	case "newline":
		token += "\n"
	case "stale":
		token += "-of-yesterday"
	default:
		e.mode = mode
	}
	ts.Check(os.WriteFile(ts.MkAbs("pod-token"), []byte(token), 0o600))
	ts.Setenv("HTTP_PROXY", serve(ts, e.ServeHTTP))
	ts.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", e.url)
	ts.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "the file wins")
	ts.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file)
}

func onLambda(ts *testscript.TestScript, _ string) {
	id, secret, token, _, err := of(ts).server.RoleSession(machineRole, "nightly")
	ts.Check(err)
	ts.Setenv("AWS_ACCESS_KEY_ID", id)
	ts.Setenv("AWS_SECRET_ACCESS_KEY", secret)
	ts.Setenv("AWS_SESSION_TOKEN", token)
	ts.Setenv("AWS_LAMBDA_FUNCTION_NAME", "nightly")
	ts.Setenv("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023")
}

// cmdThrottle lets STS refuse the first calls of all, or (with always) each.
func cmdThrottle(ts *testscript.TestScript, _ bool, args []string) {
	left := &atomic.Int64{}
	n, err := strconv.Atoi(args[0])
	left.Store(int64(n))
	action := strings.Join(args[1:], "")
	w := of(ts)
	ts.Setenv("AWS_ENDPOINT_URL_STS", serve(ts, func(answer http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		if strings.Contains(string(body), "Action="+cmp.Or(action, "Get")) && (err != nil || left.Add(-1) >= 0) {
			_, _ = fmt.Fprintln(&w.asked, "throttled")
			answer.Header().Set("Content-Type", "text/xml")
			answer.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(answer, errorAnswer("Throttling", "Rate exceeded"))
			return
		}
		w.server.ServeHTTP(answer, r)
	}))
}
