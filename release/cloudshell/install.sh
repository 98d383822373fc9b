#!/bin/sh
# Puts karikagi into a CloudShell home, and takes it out again. It is run by hand
# from the unpacked bundle and needs no network and no root. Only $HOME persists
# in CloudShell, so nothing outside of it is touched.

set -eu
# The character ranges below are ASCII's, whatever the language of the shell.
LC_ALL=C
export LC_ALL
newline='
'

# Our one line in .bashrc is known by how it ends. What follows the mark says what
# else came with it, so that --undo gives the file its old bytes back.
mark='# added by the karikagi installer'
after_newline=' after a newline'
with_file=' with the file'

usage() {
    cat <<'END'
sh install.sh                 check karikagi and put it into ~/.local/bin
sh install.sh --bashrc ROLE   and run `karikagi export ROLE` in each new shell
sh install.sh --undo          remove karikagi and its line in ~/.bashrc
END
}

say() { printf 'karikagi: %s\n' "$1"; }
complain() { printf 'karikagi: error: %s\n' "${1%%"$newline"*}" >&2; }
die() {
    complain "$1"
    exit 1
}
misuse() {
    complain "$1"
    printf 'karikagi: hint: sh install.sh --help shows the ways to run it\n' >&2
    exit 2
}

# attempt COMMAND... runs a command whose complaint becomes our one error line.
attempt() { complaint=$("$@" 2>&1) || die "${complaint:-$*: ended early}"; }

# printable WORD shows a stranger's word without what could steer a terminal.
printable() { printf '%.80s' "$1" | tr -c 'A-Za-z0-9_+=,.@:/-' '?'; }

# check_role guards a file that every new shell runs: besides names, paths and
# ARNs (IAM: [\w+=,.@-], with / and : between them) nothing gets into it.
check_role() {
    case $1 in
    '' | -* | *[!A-Za-z0-9_+=,.@:/-]*)
        misuse "ROLE \"$(printable "$1")\": want only letters, digits and _+=,.@:/-, no dash first" ;;
    esac
}

# new_file TEMPLATE makes the one temporary file, which no way out leaves behind.
temporary=
trap '[ -z "$temporary" ] || rm -f "$temporary"' EXIT
trap 'exit 130' HUP INT TERM
new_file() {
    made=$(mktemp "$1" 2>&1) || die "$made"
    temporary=$made
}

check_home() {
    case ${HOME-} in
    /*) ;;
    *) die "HOME \"${HOME-}\": want the absolute path of your home folder" ;;
    esac
    bin=$HOME/.local/bin
    program=$bin/karikagi
    [ ! -d "$program" ] || die "$program: is a folder, want a file or nothing"
}

# check_sum FILE compares a file with karikagi's line in SHA256SUMS.
check_sum() {
    want=$(sed -n 's/^\([0-9a-f]\{64\}\) [ *]karikagi$/\1/p' "$here/SHA256SUMS") && [ -n "$want" ] ||
        die "$here/SHA256SUMS: has no line for karikagi; nothing was installed"
    have=$(sha256sum <"$1" 2>/dev/null) || die "sha256sum cannot check karikagi; nothing was installed"
    [ "${have%% *}" = "$want" ] ||
        die "karikagi: does not match SHA256SUMS, want the bundle as it was published; nothing was installed"
}

check_bundle() {
    here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || die "$0: cannot enter its folder"
    for name in karikagi SHA256SUMS; do
        [ -f "$here/$name" ] && [ -r "$here/$name" ] ||
            die "$here/$name: missing or unreadable, want the whole bundle unpacked; nothing was installed"
    done
    check_sum "$here/karikagi"
}

# install_program checks the copy once more and renames it, so that what stands
# under the name is always whole and always what was published.
install_program() {
    attempt mkdir -p "$bin"
    new_file "$bin/.karikagi.XXXXXX"
    attempt cp "$here/karikagi" "$temporary"
    check_sum "$temporary"
    attempt chmod 755 "$temporary"
    attempt mv -f "$temporary" "$program"
    temporary=
    say "installed $program"
    case :${PATH-}: in
    *:"$bin":*) say "$bin is in PATH" ;;
    *) say "$bin is not in PATH; for this shell: export PATH=\"\$HOME/.local/bin:\$PATH\"" ;;
    esac
    say 'use it: karikagi export ROLE'
}

# find_bashrc names the file to change. Behind a link (a dotfiles folder) it is
# the file that the link leads to, so that the link stays one.
find_bashrc() {
    bashrc=$HOME/.bashrc
    if [ -L "$bashrc" ]; then
        bashrc=$(readlink -f "$bashrc") || die "$HOME/.bashrc: a link that leads nowhere"
    fi
    [ ! -e "$bashrc" ] || { [ -f "$bashrc" ] && [ -r "$bashrc" ]; } || die "$bashrc: want a file that you may read"
}
check_writable() { [ ! -e "$bashrc" ] || [ -w "$bashrc" ] || die "$bashrc: want a file that you may write"; }

# marked prints the numbers of our lines. A person may have copied one.
marked() {
    [ ! -f "$bashrc" ] ||
        sed -n -e "/$mark\$/=" -e "/$mark$after_newline\$/=" -e "/$mark$with_file\$/=" "$bashrc"
}

# rewrite FUNCTION puts what a function prints in the file's place in one step:
# a full home (CloudShell has 1 GB) must not leave half a .bashrc.
rewrite() {
    new_file "$bashrc.karikagi.XXXXXX"
    # The copy is for the mode and the owner; its content is replaced at once.
    [ ! -f "$bashrc" ] || attempt cp -p "$bashrc" "$temporary"
    complaint=$({ "$1" >"$temporary"; } 2>&1) || die "$bashrc: left as it was, could not write a new one: $complaint"
    attempt mv -f "$temporary" "$bashrc"
    temporary=
}
before() { head -c "$keep" "$bashrc"; }
after() { tail -n "+$((at + 1))" "$bashrc"; }
appended() { { [ ! -f "$bashrc" ] || cat "$bashrc"; } && printf '%s%s\n' "$glue" "$line"; }
replaced() { before && printf '%s\n' "$line" && after; }
removed() { before && after; }

# measure AT counts the bytes around a line; text tools would add a final
# newline or drop a zero byte.
measure() {
    at=$1
    keep=$(($(head -n "$((at - 1))" "$bashrc" | wc -c)))
    rest=$(($(after | wc -c)))
    old=$(sed -n "${at}p" "$bashrc")
    state=${old##*"$mark"}
}

# line_for ROLE is our line: for a person's shell only (scp and scripts read
# .bashrc as well), and silent once the program is gone.
line_for() {
    run="\"\$HOME/.local/bin/karikagi\""
    line="case \$- in *i*) if [ -x $run ]; then $run export '$1'; fi ;; esac $mark$state"
}

# check_bashrc refuses what add_line could not do well.
check_bashrc() {
    find_bashrc
    check_writable
    at=$(marked)
    case $at in
    *[!0-9]*) die "$bashrc: has several lines of karikagi's, want one; sh install.sh --undo removes them" ;;
    '')
        if [ -f "$bashrc" ] && tail -n 1 "$bashrc" | grep -q '\\$'; then
            die "$bashrc: its last line ends in a backslash and would swallow ours; want it ended"
        fi ;;
    esac
}

add_line() {
    if [ -z "$at" ]; then
        append_line "$1"
        return
    fi
    measure "$at"
    line_for "$1"
    if [ "$old" = "$line" ]; then
        say "$bashrc runs karikagi export $1 already"
    else
        rewrite replaced
        say "$bashrc now runs karikagi export $1 in each new shell, in place of the line before"
    fi
}

append_line() {
    state='' glue=''
    if [ ! -e "$bashrc" ]; then
        state=$with_file
    elif [ -s "$bashrc" ] && [ "$(tail -c 1 "$bashrc" | wc -l)" -eq 0 ]; then
        state=$after_newline
        glue=$newline
    fi
    line_for "$1"
    rewrite appended
    say "$bashrc runs karikagi export $1 in each new shell; sh install.sh --undo takes it back"
}

# remove_line AT takes one line out, and what came with it if nothing was
# written after it since.
remove_line() {
    measure "$1"
    if [ "$rest$state" = "0$after_newline" ] && [ "$keep" -gt 0 ]; then
        keep=$((keep - 1))
    fi
    if [ "$keep$rest$state" = "00$with_file" ]; then
        attempt rm -f "$bashrc"
    else
        rewrite removed
    fi
    say "removed the line from $bashrc"
}

undo() {
    find_bashrc
    found=
    # From the last line up, so that the numbers of those above stay true.
    for number in $(marked | sort -rn); do
        check_writable
        remove_line "$number"
        found=yes
    done
    if [ -e "$program" ] || [ -L "$program" ]; then
        attempt rm -f "$program"
        say "removed $program"
    elif [ -z "$found" ]; then
        say "nothing to remove: no $program, no line in $bashrc"
    fi
}

# install_all looks at everything first, so that a refusal finds nothing done.
install_all() {
    check_bundle
    [ $# -eq 0 ] || check_bashrc
    install_program
    [ $# -eq 0 ] || add_line "$1"
}

action=install_all role=
case ${1-} in
--bashrc)
    [ $# -gt 1 ] || misuse '--bashrc: want the ROLE to export'
    check_role "$2"
    role=$2
    shift 2 ;;
--undo) action=undo && shift ;;
--help | -h) action=usage && shift ;;
esac
[ $# -eq 0 ] || misuse "argument \"$(printable "$1")\": want none, --bashrc ROLE, --undo or --help"
[ $action = usage ] || check_home
$action ${role:+"$role"}
