using System.Runtime.InteropServices;

namespace FastDPMeta.Kernels.Memory;

/// <summary>
/// Asks the system to back a large block by large pages: a step walks over tens of megabytes again and again, and with small pages every new one
/// costs a walk through page tables. Advice only: where it can't be followed nothing changes.
/// </summary>
internal static partial class LargePages
{
    /// <summary>Size and alignment of a large page on x86-64 and on Arm with small pages of 4 KiB.</summary>
    public const int Bytes = 2 * 1024 * 1024;

    // MADV_HUGEPAGE of Linux, <sys/mman.h>.
    private const int HugePageAdvice = 14;

    /// <summary>The alignment that a block of so many bytes should have.</summary>
    public static nuint AlignmentOf(nuint bytes, nuint otherwise) => bytes >= Bytes && OperatingSystem.IsLinux() ? Bytes : otherwise;

    /// <summary>Advises for the whole pages of a block; before it is first written.</summary>
    /// <param name="block">Its first byte, aligned as <see cref="AlignmentOf"/> says.</param>
    /// <param name="bytes">Its size.</param>
    public static unsafe void Advise(void* block, nuint bytes)
    {
        if (bytes < Bytes || !OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = Advise((nint)block, bytes / Bytes * Bytes, HugePageAdvice);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // A Linux without that C library: small pages serve.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
