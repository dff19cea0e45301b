#compdef microblog
# Completion of microblog for zsh.

_microblog() {
    local -a lines values shown
    local line kind
    lines=("${(@f)$(command microblog complete-words zsh -- "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    kind=${lines[1]}
    if [[ $kind == files ]]; then
        _files
        return
    fi
    for line in "${(@)lines[2,-1]}"; do
        [[ -n $line ]] || continue
        values+=("${line%%$'\t'*}")
        if [[ $line == *$'\t'* ]]; then
            shown+=("${line%%$'\t'*}  -- ${line#*$'\t'}")
        else
            shown+=("$line")
        fi
    done
    # compadd quotes what it inserts; -V keeps the order.
    (( $#values )) && compadd -V microblog -l -d shown -a -- values
}

# Registers the function once compinit has run, which may be after this file was read.
_microblog_register() {
    (( $+functions[compdef] )) || return 0
    compdef _microblog microblog
    (( $+functions[add-zsh-hook] )) && add-zsh-hook -d precmd _microblog_register
    unfunction _microblog_register
}

if [[ ${funcstack[1]} == _microblog ]]; then
    # compinit loads this file as the function itself.
    unfunction _microblog_register
    _microblog "$@"
elif (( $+functions[compdef] )); then
    _microblog_register
else
    autoload -Uz add-zsh-hook && add-zsh-hook precmd _microblog_register
fi
