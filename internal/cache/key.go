package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
)

// Key is what makes two sessions the same: all that shapes them, and whose
// credentials they are got with. One that is too fine costs a call of AWS; one
// that is too coarse hands a session to whom it is not for.
type Key struct{ sum hash.Hash }

// NewKey begins the key of a kind of session. A change of what is added to it,
// or of its meaning, is another kind.
func NewKey(kind string) Key {
	k := Key{sha256.New()}
	k.Add("karikagi", kind)
	return k
}

// Add adds a named list. Names, lists and values are each written with their
// length, so that no two keys are written alike.
func (k Key) Add(name string, values ...string) {
	k.write(name)
	k.length(len(values))
	for _, v := range values {
		k.write(v)
	}
}

func (k Key) write(s string) {
	k.length(len(s))
	k.sum.Write([]byte(s))
}

func (k Key) length(n int) {
	k.sum.Write(binary.BigEndian.AppendUint64(nil, uint64(n))) //nolint:gosec // no length is negative.
}

// name is the file's: what is in a key can be told from it by nobody.
func (k Key) name() string { return hex.EncodeToString(k.sum.Sum(nil)) }

// String is the name.
func (k Key) String() string { return k.name() }

// isName tells the name of one of our files, without its ending.
func isName(s string) bool {
	sum, err := hex.DecodeString(s)
	return err == nil && len(sum) == sha256.Size && hex.EncodeToString(sum) == s
}
