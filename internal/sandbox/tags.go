package sandbox

import (
	"net/http"
	"strings"
)

// maxTags holds for tags and transitive tag keys: STS API reference, AssumeRole.
const maxTags = 50

// readTags reads Tags, and gives the keys of TransitiveTagKeys.
func (in *assumption) readTags(f form, wrong *violations) (transitive []string) {
	items := f.members("Tags")
	wrong.checkCount("Tags", items, maxTags)
	for _, item := range items {
		in.tags = append(in.tags, sessionTag{
			key: wrong.check(f, tagKey(item+".Key")),
			value: wrong.check(f, constraint{parameter: item + ".Value", max: 256, required: true, allowed: isTagRune,
				pattern: `[\p{L}\p{Z}\p{N}_.:/=+\-@]*`}),
		})
	}
	keys := f.members("TransitiveTagKeys")
	wrong.checkCount("TransitiveTagKeys", keys, maxTags)
	for _, item := range keys {
		transitive = append(transitive, wrong.check(f, tagKey(item)))
	}
	return transitive
}

// tagKey is the constraint on a key, wherever one stands.
func tagKey(parameter string) constraint {
	return constraint{parameter: parameter, min: 1, max: 128, pattern: `[\p{L}\p{Z}\p{N}_.:/=+\-@]+`, allowed: isTagRune, required: true}
}

// invalidTag is the code for tags that are well-formed and do not go together: observed, as are the sentences below but the one on
// aws:, a prefix that is reserved (IAM guide, "Pass session tags in AWS STS").
func invalidTag(message string) *fault {
	return &fault{status: http.StatusBadRequest, code: "InvalidParameterValue", message: message}
}

// markTransitive checks what the tags of one request must be among themselves. Keys are compared without regard to case.
func (in *assumption) markTransitive(transitive []string) *fault {
	for i, t := range in.tags {
		if hasTag(in.tags[:i], t.key) {
			return invalidTag("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		if strings.HasPrefix(strings.ToLower(t.key), "aws:") {
			return invalidTag("Tag keys must not begin with aws:")
		}
	}
	for _, key := range transitive {
		i := indexTag(in.tags, key)
		if i < 0 {
			return invalidTag("The specified transitive tag key must be included in the requested tags.")
		}
		in.tags[i].transitive = true
	}
	return nil
}

// inherit takes over what the caller's session carries on: its source identity, which cannot be changed, and its transitive
// tags, which cannot be overridden.
func (in *assumption) inherit(from *session) *fault {
	if from == nil {
		return nil
	}
	if from.sourceIdentity != "" {
		if in.sourceIdentity != "" && in.sourceIdentity != from.sourceIdentity {
			return invalid("The source identity is already set for this assume role session", "")
		}
		in.sourceIdentity = from.sourceIdentity
	}
	for _, t := range from.tags {
		if !t.transitive {
			continue
		}
		if hasTag(in.tags, t.key) {
			return invalidTag("One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.")
		}
		in.inherited = append(in.inherited, t)
	}
	return nil
}

// hasTag and indexTag find a tag by its key, in whatever case it is written.
func hasTag(tags []sessionTag, key string) bool { return indexTag(tags, key) >= 0 }

func indexTag(tags []sessionTag, key string) int {
	for i, t := range tags {
		if strings.EqualFold(t.key, key) {
			return i
		}
	}
	return -1
}
