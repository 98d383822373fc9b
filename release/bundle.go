package main

import (
	_ "embed"
)

// bundleFile is the CloudShell bundle's name.
const bundleFile = "karikagi_cloudshell.zip"

//go:embed cloudshell/install.sh
var installer []byte

// bundle is what the CloudShell bundle holds: a binary, the script that
// installs it, the sum by which the script knows it, and the licences, which the
// script leaves where they are.
func bundle(binary []byte, licences ...entry) []entry {
	return append([]entry{
		{"karikagi", 0o755, binary},
		{"install.sh", 0o755, installer},
		{sumsFile, 0o644, []byte(sumLine("karikagi", binary))},
	}, licences...)
}
