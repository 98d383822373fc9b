package caller

import "strings"

// partition is one of AWS's separate clouds. No principal of one can assume a
// role of another.
type partition struct {
	name string
	// home is the Region to take where none is known.
	home string
	// prefixes, with blanks between, and what must follow one of them (a word
	// and a number) are botocore's regionRegex for the partition,
	// data/partitions.json.
	prefixes string
}

// partitions is the one table. It is a function because a variable could be
// changed, and an array because every ARN that is read asks for it.
func partitions() [8]partition {
	return [...]partition{
		{"aws", "us-east-1", "us- eu- ap- sa- ca- me- af- il- mx-"},
		{"aws-cn", "cn-north-1", "cn-"},
		{"aws-us-gov", "us-gov-west-1", "us-gov-"},
		{"aws-eusc", "eusc-de-east-1", "eusc-de-"},
		{"aws-iso", "us-iso-east-1", "us-iso-"},
		{"aws-iso-b", "us-isob-east-1", "us-isob-"},
		{"aws-iso-e", "eu-isoe-west-1", "eu-isoe-"},
		{"aws-iso-f", "us-isof-south-1", "us-isof-"},
	}
}

// Partitions lists the partitions that karikagi knows. An ARN of any other is
// refused rather than guessed at.
func Partitions() []string {
	var names []string
	for _, p := range partitions() {
		names = append(names, p.name)
	}
	return names
}

// isPartition tells that karikagi knows a partition.
func isPartition(name string) bool { return DefaultRegion(name) != "" }

// DefaultRegion is the Region of a partition to take where none is known, ""
// for an unknown partition.
func DefaultRegion(partition string) string {
	for _, p := range partitions() {
		if p.name == partition {
			return p.home
		}
	}
	return ""
}

// PartitionOfRegion is the partition that a Region lies in, also a Region that
// is newer than this program; "" where the name is no partition's.
func PartitionOfRegion(region string) string {
	for _, p := range partitions() {
		for prefix := range strings.FieldsSeq(p.prefixes) {
			if rest, ok := strings.CutPrefix(region, prefix); ok && isWordAndNumber(rest) {
				return p.name
			}
		}
	}
	return ""
}

// isWordAndNumber is ^\w+-\d+$. A word holds no dash, which is why "us-" does
// not swallow us-gov-west-1.
func isWordAndNumber(s string) bool {
	word, number, ok := strings.Cut(s, "-")
	notWord := func(r rune) bool { return !isWordRune(r) }
	return ok && word != "" && strings.IndexFunc(word, notWord) < 0 && isDigits(number)
}
