# Completion of zsiso in fish. Put it in ~/.config/fish/completions.
function __zsiso_complete
    set -l typed (commandline --current-process --tokenize --cut-at-cursor)
    set -l current (commandline --current-token --cut-at-cursor)
    _ZSISO_COMPLETE=words $typed[1] $typed[2..] "$current" 2>/dev/null |
    while read --local --delimiter \t kind value description
        switch $kind
            case plain
                printf '%s\t%s\n' $value $description
            case file
                __fish_complete_path "$current"
        end
    end
end
complete --command zsiso --no-files --arguments '(__zsiso_complete)'
