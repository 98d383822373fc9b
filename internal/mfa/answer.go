package mfa

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"karikagi/internal/session"
)

// listing is IAM's answer: IAM API Reference, ListMFADevices. Only what is
// needed of it is read; the namespace must be IAM's.
type listing struct {
	XMLName xml.Name `xml:"https://iam.amazonaws.com/doc/2010-05-08/ ListMFADevicesResponse"`
	Result  *struct {
		Devices *struct {
			Members []struct {
				SerialNumber string `xml:"SerialNumber"`
			} `xml:"member"`
		} `xml:"MFADevices"`
		IsTruncated string `xml:"IsTruncated"`
		Marker      string `xml:"Marker"`
	} `xml:"ListMFADevicesResult"`
}

// refusal is the document of an error. Gateways before IAM answer in namespaces
// of their own.
type refusal struct {
	XMLName xml.Name `xml:"ErrorResponse"`
	Error   struct {
		Code    string `xml:"Code"`
		Message string `xml:"Message"`
	} `xml:"Error"`
	RequestID string `xml:"RequestId"`
}

// maxMarker is how long a marker may be: IAM API Reference, ListMFADevices,
// Marker, 1-320 characters of U+0020 to U+00FF.
const maxMarker = 320

// parse reads one page, and the marker of the next one, "" behind the last.
func parse(data []byte) (devices []Device, marker string, err error) {
	var page listing
	if err := decode(data, &page); err != nil {
		return nil, "", err
	}
	if page.Result == nil || page.Result.Devices == nil {
		return nil, "", errors.New("no list of devices in it")
	}
	for _, m := range page.Result.Devices.Members {
		if err := session.CheckSerialNumber(m.SerialNumber); err != nil {
			return nil, "", err
		}
		if kind := kindOf(m.SerialNumber); kind != "" {
			devices = append(devices, Device{SerialNumber: m.SerialNumber, Kind: kind})
		}
	}
	switch page.Result.IsTruncated {
	case "false", "":
		return devices, "", nil
	case "true":
		if err := checkMarker(page.Result.Marker); err != nil {
			return nil, "", err
		}
		return devices, page.Result.Marker, nil
	}
	return nil, "", fmt.Errorf("IsTruncated %.20q: want true or false", page.Result.IsTruncated)
}

func checkMarker(marker string) error {
	bad := strings.ContainsFunc(marker, func(r rune) bool { return r < ' ' || r > 0xff })
	if marker == "" || len([]rune(marker)) > maxMarker || bad {
		return fmt.Errorf("marker %.20q: want 1 to %d characters of U+0020 to U+00FF", marker, maxMarker)
	}
	return nil
}

// decode reads one XML document and nothing behind it. The decoder knows no
// entities but XML's own and bounds the depth.
func decode(data []byte, document any) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(document); err != nil {
		return errors.New("not a document of that kind")
	}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if text, ok := token.(xml.CharData); err != nil || !ok || len(bytes.TrimSpace(text)) > 0 {
			return errors.New("something behind the document")
		}
	}
}

// refused reads an answer that is not a 200.
func refused(status int, data []byte) error {
	var r refusal
	if len(data) <= maxAnswer && decode(data, &r) == nil && r.Error.Code != "" {
		return &session.Error{Operation: operation, Problem: session.ProblemRefused, Status: status,
			Code: session.Printable(r.Error.Code), Message: session.Printable(r.Error.Message), RequestID: session.Printable(r.RequestID)}
	}
	return &session.Error{Operation: operation, Problem: session.ProblemAnswer, Status: status,
		Message: fmt.Sprintf("the answer was not IAM's (HTTP %d)", status)}
}
