# Completion of zsiso in bash. Source it, or put it where bash-completion looks.
_zsiso() {
    local kind value prefix=
    local line=${COMP_LINE:0:COMP_POINT}
    local word=${line##*[[:space:]]}
    # bash takes what follows a colon or an equals sign for a word of its own.
    case $word in
        *[:=]*) prefix=${word%"${word##*[:=]}"} ;;
    esac
    COMPREPLY=()
    while IFS=$'\t' read -r kind value _; do
        case $kind in
            plain) COMPREPLY+=("${value#"$prefix"}") ;;
            file) compopt -o default 2>/dev/null ;;
        esac
    done < <(_ZSISO_COMPLETE=line "${1/#\~/$HOME}" "$line" 2>/dev/null)
}
complete -F _zsiso zsiso
