# Completion of microblog for bash.

_microblog() {
    local line kind=
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ -z $kind ]]; then
            kind=$line
        else
            COMPREPLY+=("$line")
        fi
    done <<<"$(command microblog complete-words bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" "${COMP_TYPE:-9}" 2>/dev/null)"
    if [[ $kind == files ]]; then
        # Without candidates, bash completes the names of files.
        compopt -o default 2>/dev/null
    fi
}

complete -F _microblog microblog
