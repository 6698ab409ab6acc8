//! The `ieum` binary: parses the command line and runs the command.
fn main() -> std::process::ExitCode {
    ieum::cli::main()
}
