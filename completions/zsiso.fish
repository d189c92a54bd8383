# Completion of zsiso in fish. Put it in ~/.config/fish/completions.
function __zsiso_complete
    set -l typed (commandline --current-process --tokenize --cut-at-cursor)
    set -l current (commandline --current-token --cut-at-cursor)
    set -l unfinished (string unescape -- $current)
    set -l program (string replace --regex '^(~|\$HOME|\{\$HOME\})/' "$HOME/" -- $typed[1])
    type --query $program; or set program zsiso
    _ZSISO_COMPLETE=words $program $typed[2..] "$unfinished" 2>/dev/null |
    while read --local --delimiter \t kind value description
        switch $kind
            case plain
                printf '%s\t%s\n' $value $description
            case file
                # As fish completes the word for a command that it has no completion for.
                complete --do-complete "'' $current"
        end
    end
end
complete --command zsiso --no-files --arguments '(__zsiso_complete)'
