# Completion of zsiso in bash. Source it, or put it where bash-completion looks.
_zsiso() {
    local kind value path file
    local command=${1/#\~\//$HOME/}
    command=${command/#\$HOME\//$HOME/}
    command=${command/#\$\{HOME\}\//$HOME/}
    # An alias is no program.
    type -P "$command" >/dev/null 2>&1 || command=zsiso
    COMPREPLY=()
    while IFS=$'\t' read -r kind value path; do
        case $kind in
            plain) COMPREPLY+=("$value") ;;
            file) compopt -o default 2>/dev/null ;;
            file-after)
                # COMP_WORDBREAKS may lack the = of an option, or the > of a redirection, which must not be quoted.
                [[ $value == -* ]] && compopt -o filenames 2>/dev/null
                while IFS= read -r file; do
                    [[ $value == -* ]] || printf -v file %q "$file"
                    COMPREPLY+=("$value$file")
                done < <(compgen -f -- "$path" 2>/dev/null)
                ;;
        esac
    done < <(_ZSISO_COMPLETE=bash "$command" "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
}
complete -F _zsiso zsiso
