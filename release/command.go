package main

// texts are the files of an archive that stand beside the program, by their
// names there, and where the source has them. The completions are the files
// that `karikagi completion` prints, each with the name that its shell wants.
func texts() map[string]string {
	return map[string]string{
		"LICENSE":                   "LICENSE",
		"README.md":                 "README.md",
		"CHANGELOG.md":              "CHANGELOG.md",
		"completions/karikagi.bash": "cli/completion/bash",
		"completions/_karikagi":     "cli/completion/zsh",
		"completions/karikagi.fish": "cli/completion/fish",
		"completions/karikagi.ps1":  "cli/completion/powershell",
	}
}

// command is what an archive of the command holds beside the program itself.
func command(source string) ([]entry, error) {
	var entries []entry
	for name, path := range texts() {
		e, err := fileEntry(name, 0o644, source, path)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}
