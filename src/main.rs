//! Runs the library and returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    microblog::cli::main(std::env::args_os())
}
