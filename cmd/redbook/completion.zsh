#compdef redbook
# Completion for zsh. The program is asked for the values. Nothing that was typed is expanded or
# run: quotes are only removed.

_redbook() {
    local -a args list found options
    local begun=$PREFIX out entry value directive tab=$'\t'

    # In quotes, PREFIX is the text after the quote.
    case $compstate[quote] in
    "'") ;;
    '"') begun=${(Q)${:-\"$PREFIX\"}} ;;
    *) begun=${(Q)PREFIX} ;;
    esac
    args=("${(@Q)words[2,CURRENT-1]}" "$begun")
    (( CURRENT > 2 )) || args=("$begun")

    local program=${~${(Q)words[1]}}
    whence -- "$program" >/dev/null || program=redbook
    out=$("$program" __complete "${args[@]}" 2>/dev/null) || return 1
    list=("${(@f)out}")
    directive=${${list[-1]}#:}
    list=("${(@)list[1,-2]}")
    [[ $directive == <-> ]] || return 1
    (( directive & 1 )) && return 1

    # The value of --flag=value is completed by itself.
    [[ $PREFIX == -*=* ]] && compset -P 1 '*='

    if (( directive & 8 )); then
        _files -g "*.(${(j:|:)list})"
        return
    fi
    if (( directive & 16 )); then
        _files -/
        return
    fi
    for entry in "${list[@]}"; do
        [[ -n $entry ]] || continue
        value=${entry%%$tab*}
        value=${value//\\/\\\\}
        value=${value//:/\\:}
        [[ $entry == *$tab* ]] && value+=:${entry#*$tab}
        found+=("$value")
    done
    (( directive & 2 )) && options=(-S '')
    if (( directive & 32 )); then
        _describe -V completions found "${options[@]}" && return
    else
        _describe completions found "${options[@]}" && return
    fi
    (( directive & 4 )) && return 1
    _files
}

# As a file in fpath the script is the function; sourced, it only defines it.
if [[ $funcstack[1] == _redbook ]]; then
    _redbook
else
    compdef _redbook redbook
fi
