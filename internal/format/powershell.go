package format

import "strings"

// powershell is for Windows PowerShell and PowerShell 7. $null removes a
// variable in all of them (about_Environment_Variables), and is no error where
// there is none.
func powershell() dialect {
	return dialect{quote: quotePowerShell, set: "$Env:%s = %s", forget: eachName("$Env:%s = $null"), typed: true}
}

// quotePowerShell wraps s in single quotes, inside which only a doubled single
// quote means something (about_Quoting_Rules). PowerShell takes typographic
// quotes, U+2018 to U+201B, for single quotes as well: checkWindows has refused
// them, with all that is not ASCII.
func quotePowerShell(s string) (string, error) {
	if err := checkWindows(s); err != nil {
		return "", err
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'", nil
}
