# Completion of zsiso in bash. Source it, or put it where bash-completion looks.
_zsiso() {
    local kind value description
    COMPREPLY=()
    while IFS=$'\t' read -r kind value description; do
        case $kind in
            plain) COMPREPLY+=("$value") ;;
            file) compopt -o default 2>/dev/null ;;
        esac
    done < <(_ZSISO_COMPLETE=1 "${1/#\~/$HOME}" "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _zsiso zsiso
