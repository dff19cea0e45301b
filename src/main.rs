//! Calls the library and turns its answer into an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    microblog::cli::main(std::env::args_os())
}
