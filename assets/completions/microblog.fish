# Completion of microblog for fish.

function __microblog_complete
    set -l lines (command microblog complete-words fish -- (commandline -opc) (commandline -ct) 2>/dev/null)
    if test "$lines[1]" = files
        __fish_complete_path (commandline -ct)
    else if test (count $lines) -gt 1
        # fish quotes what it inserts.
        string join \n -- $lines[2..-1]
    end
end

complete -c microblog -e
complete -c microblog -f -a '(__microblog_complete)'
