//! Arguments of `completions` and of the command that its scripts run.

use std::ffi::OsString;

use clap::{Args as ClapArgs, ValueEnum};

pub(in crate::cli) const INSTALL: &str = "\
Bash, zsh and fish complete users, tags, posts and saved searches too. The Debian package installs their scripts.

How to install:
  bash        microblog completions bash > ~/.local/share/bash-completion/completions/microblog
              or, without the package bash-completion, in ~/.bashrc: source <(microblog completions bash)
  zsh         microblog completions zsh > DIR/_microblog, where DIR is in $fpath
              or in ~/.zshrc: source <(microblog completions zsh)
  fish        microblog completions fish > ~/.config/fish/completions/microblog.fish
  elvish      in ~/.config/elvish/rc.elv: eval (microblog completions elvish | slurp)
  powershell  in $PROFILE: microblog completions powershell | Out-String | Invoke-Expression
  nushell     microblog completions nushell | save microblog.nu, and in config.nu: use microblog.nu *";

/// The shells that have completion scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
    Powershell,
    Nushell,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct CompleteWords {
    pub(in crate::cli) shell: Shell,
    /// The words before the cursor; of bash, the line before it, its word breaks and the kind of the completion
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(in crate::cli) words: Vec<OsString>,
}
