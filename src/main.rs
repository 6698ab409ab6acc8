//! The `ieum` binary: parses the command line and runs the command.

/// A page is thousands of small allocations; with the system's allocator they were a quarter of its cost.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    // The allocator asks for huge pages: twice the memory, for no speed that could be measured. Where the kernel does not
    // know the switch, nothing is lost.
    #[cfg(target_os = "linux")]
    rustix::thread::disable_transparent_huge_pages(true).unwrap_or_default();
    ieum::cli::main()
}
